/// One thing that rules ask of a call, and that can be answered without the others.
enum Question: Hashable, Sendable {
    /// The value at a JSON pointer into the arguments.
    case argument([String])
}
