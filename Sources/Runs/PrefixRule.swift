import Manifests
import Store

/// A server's prefix is its own.
///
/// Attack: rules say `allow: git.*`. A server with the prefix `git` would come under them with whatever it calls its
/// tools, though whoever wrote the rule has seen none of them.
struct PrefixRule {
    private let finder: ToolFinder

    init(_ finder: ToolFinder) { self.finder = finder }

    /// Blocking.
    func check(_ subject: ToolSubject) throws {
        switch subject {
        case .server(let entry): try check(entry.server.prefix, of: entry.server.name)
        case .tool(let entry):
            let group = Self.group(of: entry.tool.name)
            if let server = try prefixes(besides: nil)[group] { throw Self.conflict(group, server) }
        }
    }

    /// Makes sure that no other tool's name begins as those of the server do.
    func check(_ prefix: String, of server: ToolName) throws {
        let others = finder.catalogue.entries.values.filter { $0.server?.server.name != server }.map(\.tool.name)
        let registrar = try finder.registrar()
        let registered = try registrar.names().filter { name in
            try name != server && finder.catalogue.entries[name] == nil
                && registrar.registration(of: name)?.prefix == nil
        }
        if let other = (others + registered).sorted().first(where: { Self.group(of: $0) == prefix }) {
            throw Self.conflict(prefix, other)
        }
        if let other = try prefixes(besides: server)[prefix] { throw Self.conflict(prefix, other) }
    }

    /// The servers that are registered or whose source is here, by their prefixes.
    private func prefixes(besides server: ToolName?) throws -> [String: ToolName] {
        var prefixes: [String: ToolName] = [:]
        for (name, entry) in finder.catalogue.servers where name != server { prefixes[entry.server.prefix] = name }
        let registrar = try finder.registrar()
        for name in try registrar.names() where name != server && finder.catalogue.servers[name] == nil {
            if let prefix = try registrar.registration(of: name)?.prefix { prefixes[prefix] = name }
        }
        return prefixes
    }

    private static func group(of name: ToolName) -> String {
        name.rawValue.split(separator: ".").first.map(String.init) ?? name.rawValue
    }

    private static func conflict(_ prefix: String, _ other: ToolName) -> RunError {
        RunError(
            "the prefix `\(prefix)` is that of `\(other)` too: a rule for `\(prefix).*` would mean both",
            remedy: "choose another prefix: `prefix` in the manifest, `--prefix` at `agentbox tool import`")
    }
}
