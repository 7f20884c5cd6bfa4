/// One thing that rules ask of a call, and that can be answered without the others.
enum Question: Hashable, Sendable {
    /// The value at a JSON pointer into the arguments.
    case argument([String])
    /// Where the value at a JSON pointer comes from.
    case sources([String])
    /// Whether the call has arguments that neither the tool's schema nor a rule names.
    case unnamedArguments
    /// What a condition in CEL, or a part of one, says. Two of the same text that read the same of their intents say the
    /// same; of others nothing is known.
    case condition(ConditionKey)
    /// Whether a call of such a tool has ended with success.
    case succeeded(String)
    /// Whether a call of such a tool was allowed.
    case begun(String)
}
