/// The methods of a server of tools.
enum Method: String {
    case initialize
    case ping
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"
    case listen = "subscriptions/listen"

    /// Nil where the revisions of that era do not have it.
    func exists(in era: Era) -> Bool {
        switch (self, era) {
        case (.listTools, _), (.callTool, _): true
        case (.initialize, .legacy), (.ping, .legacy): true
        case (.discover, .modern), (.listen, .modern): true
        case (.initialize, .modern), (.ping, .modern), (.discover, .legacy), (.listen, .legacy): false
        }
    }

    static let initialized = "notifications/initialized"
    static let cancelled = "notifications/cancelled"
    static let progress = "notifications/progress"
    static let acknowledged = "notifications/subscriptions/acknowledged"
}
