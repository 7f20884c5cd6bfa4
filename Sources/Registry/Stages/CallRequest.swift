import StrictJSON

/// What an agent asked for. Nothing in it has been checked.
package struct CallRequest: Sendable {
    package var tool: String
    package var arguments: JSON

    package init(tool: String, arguments: JSON) {
        self.tool = tool
        self.arguments = arguments
    }
}
