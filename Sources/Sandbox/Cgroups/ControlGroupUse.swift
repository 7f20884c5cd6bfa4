/// What the kernel counted of a group while it served one call.
package struct ControlGroupUse: Hashable, Sendable {
    /// The most memory that all processes of the call had together, with the files that they read first and what they
    /// wrote to `/tmp`. Nil where the kernel does not say.
    package var peakBytes: UInt64?
    /// The call's memory was used up, and nothing that the kernel could take back was left: it killed for it, or saw all
    /// of the call being killed.
    package var isMemoryExhausted: Bool
    /// How often a new process or thread was refused.
    package var refusedProcesses: UInt64
    /// `limits.memory`, or what the machine can give of it.
    package var memoryLimit: UInt64
}
