import Diagnostics

/// Why there is no console.
package struct ConsoleError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code.rawValue
        self.message = message
        self.remedy = remedy
    }

    /// The codes that there are.
    enum Code: String {
        case insideBox = "inside-box"
        case port
        case server
        case notFound = "not-found"
    }

    /// An agent that shows its user a console of its own would answer for him.
    package static let insideBox = ConsoleError(
        .insideBox, "there is no console inside of a run", remedy: "start `agentbox console` outside of the box")

    /// Equality is on the code, as for every diagnostic.
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
