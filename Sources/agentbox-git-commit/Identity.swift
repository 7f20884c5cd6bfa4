import Diagnostics
import ToolSupport

/// Whose commit it is. The committer is always agentbox, so that nobody takes a commit of an agent for one that a
/// person made; the author too, unless the call names one.
struct Identity {
    private static let name = "agentbox"
    private static let email = "noreply@agentbox.dev"

    let environment: [String: String]

    init(author: Arguments?) throws(ToolError) {
        var environment = ["GIT_COMMITTER_NAME": Self.name, "GIT_COMMITTER_EMAIL": Self.email]
        try author?.allow("name", "email")
        environment["GIT_AUTHOR_NAME"] =
            try author.map { author throws(ToolError) in
                try Self.line(author.text("name"))
            } ?? Self.name
        environment["GIT_AUTHOR_EMAIL"] =
            try author.map { author throws(ToolError) in
                try Self.line(author.text("email"))
            } ?? Self.email
        self.environment = environment
    }

    /// git itself drops these characters silently, and with them what made the text differ from another name.
    private static func line(_ text: String) throws(ToolError) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "<" && $0 != ">" && $0.value != 0x7F }
        guard !text.isEmpty, isPlain else {
            throw ToolError(.invalidArguments, "\(VisibleText.quoted(text)) cannot be part of an author")
        }
        return text
    }
}
