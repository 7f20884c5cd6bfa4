/// One thing that rules ask of a call, and that can be answered without the others.
enum Question: Hashable, Sendable {
    /// The value at a JSON pointer into the arguments.
    case argument([String])
    /// Where the value at a JSON pointer comes from.
    case sources([String])
    /// What a condition in CEL says. Two of the same text say the same; of two different texts nothing is known.
    case condition(String)
    /// Whether a call of such a tool has ended with success.
    case succeeded(String)
    /// Whether a call of such a tool was allowed.
    case begun(String)
}
