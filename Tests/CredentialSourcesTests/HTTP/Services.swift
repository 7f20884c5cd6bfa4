import StrictJSON
import TestSupport

/// Stand-ins of GitHub and of an authorisation server, and servers that behave badly.
final class Services: Sendable {
    static let shared = Result { try Services() }
    let component: Component

    private init() throws {
        component = try Component("services.py", interpreter: "/usr/bin/python3")
    }

    var base: String { "https://localhost:\(component.words[0])" }
    var roots: String { component.file("server.pem") }
    static let trust: JSON = ["file": "/etc/agentbox/roots.pem"]
    static let reference: JSON = ["environment": "SECRET"]

    /// What was asked so far.
    var requests: [JSON] {
        component.file("requests.jsonl").split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
    }
}
