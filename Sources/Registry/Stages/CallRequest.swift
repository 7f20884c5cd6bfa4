import StrictJSON

/// What an agent asked for. Nothing in it has been checked.
package struct CallRequest: Sendable {
    package var tool: String
    package var arguments: JSON
    /// Hears `true` when people are asked about the call, and `false` when that is over. Nil: nobody wants to know.
    package var onAsking: (@Sendable (Bool) -> Void)?

    package init(tool: String, arguments: JSON, onAsking: (@Sendable (Bool) -> Void)? = nil) {
        self.tool = tool
        self.arguments = arguments
        self.onAsking = onAsking
    }
}
