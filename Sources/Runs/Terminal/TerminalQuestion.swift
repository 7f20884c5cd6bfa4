import LinuxIO

/// What a person is asked on the agent's terminal.
package struct TerminalQuestion: Sendable {
    /// The request's name, to withdraw it by.
    package let id: String
    /// Exactly what is to be shown, as visible text.
    package let text: String
    /// When no answer is a no.
    package let expires: Timestamp

    package init(id: String, text: String, expires: Timestamp) {
        self.id = id
        self.text = text
        self.expires = expires
    }
}

/// How it was answered.
package enum TerminalAnswer: Hashable, Sendable {
    case allow, deny
    /// Nobody answered in time.
    case expired
    /// The question was withdrawn, or the terminal is gone.
    case cancelled
}
