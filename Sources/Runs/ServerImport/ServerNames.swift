import Diagnostics
import Manifests

/// What an imported server is called.
struct ServerNames: Sendable {
    let name: ToolName
    let prefix: String
    /// The program's own name.
    let program: String

    init(_ options: ServerImport.Options) throws {
        let word = options.command.first ?? ""
        program = word.split(separator: "/").last.map(String.init) ?? word
        let text = options.name ?? Self.guess(program)
        guard let name = ToolName(manifest: text) else {
            throw RunError(
                "\(VisibleText.quoted(text)) cannot be a server's name",
                remedy: "choose one of lower-case letters, digits, `-` and `_` with --name")
        }
        self.name = name
        let prefix = options.prefix ?? text
        guard let checked = ToolName(manifest: prefix)?.rawValue, !checked.utf8.contains(UInt8(ascii: ".")),
            checked.utf8.count <= 32
        else {
            throw RunError(
                "\(VisibleText.quoted(prefix)) cannot be a prefix",
                remedy: "choose at most 32 lower-case letters, digits, `-` and `_` with --prefix")
        }
        self.prefix = prefix
    }

    /// `mcp-server-time` is `time`, `weather-mcp.py` is `weather`.
    private static func guess(_ program: String) -> String {
        let stem = program.split(separator: ".").first.map(String.init) ?? program
        let words = stem.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map(String.init)
        let telling = words.filter { !["mcp", "server"].contains($0) }
        return (telling.isEmpty ? words : telling).joined(separator: "-")
    }
}
