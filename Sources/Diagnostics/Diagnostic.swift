/// What every error of agentbox says: what happened, and what to do next.
///
/// Each target has one `…Error` struct that conforms to this protocol. Equality of errors is on the code:
/// the message may name files and values, the code may not.
public protocol Diagnostic: Error, Sendable, CustomStringConvertible {
    /// Stable, machine-readable, in kebab case: `duplicate-key`, `landlock-missing`.
    var code: String { get }
    /// What happened and why, in lower case without a full stop, user input in backticks.
    var message: String { get }
    /// What to do next, if there is something to do.
    var remedy: String? { get }
}

extension Diagnostic {
    /// The message, followed by the remedy on a line of its own.
    public var description: String {
        guard let remedy else { return message }
        return message + "\n  fix: " + remedy
    }
}
