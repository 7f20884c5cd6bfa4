import Manifests

/// How a call ended, and what it left.
package struct CallReport: Sendable {
    /// Why it ended.
    package enum End: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Beyond its wall-clock time; killed.
        case timedOut
        /// The calling task was cancelled; killed.
        case cancelled
        /// It wrote more than its output limit; killed.
        case outputLimit
    }

    package let end: End
    package let output: [UInt8]
    package let errorOutput: [UInt8]
    /// True if more was written than is here.
    package let isOutputTruncated: Bool
    package let isErrorOutputTruncated: Bool
    package let resources: ResourceUse
    package let duration: Duration
    package let violations: [Violation]
    /// Of a traced call: all that was heard of its system calls.
    package let trace: [SystemCallNotice]
    /// Layers that may have refused something of which nobody heard.
    package let unreported: [SandboxProfile.IsolationLayer]
}

/// What all processes of a call used together.
package struct ResourceUse: Hashable, Sendable {
    package let userMicroseconds: UInt64
    package let systemMicroseconds: UInt64
    /// The most resident memory that one of its processes had.
    package let peakBytes: UInt64
    /// What was counted of all its processes together: `limits.memory` held for all of them. Nil without a control
    /// group: then it held for each by itself.
    package var group: ControlGroupUse?
}
