import Diagnostics
import Hosts
import Manifests
import StrictJSON

/// Tool manifests of an OpenAPI description.
package struct ToolImport: Sendable {
    package struct Options: Sendable {
        /// In place of the description's own; absolute.
        package var server: String?
        /// What stands before the names of its tools, with a dot.
        package var prefix: String
        /// Only these operations, by the last part of their tools' names; empty: all.
        package var operations: [String]
        /// The source of the credentials; nil: named as the security scheme.
        package var source: String?

        package init(server: String? = nil, prefix: String, operations: [String] = [], source: String? = nil) {
            self.server = server
            self.prefix = prefix
            self.operations = operations
            self.source = source
        }
    }

    /// One manifest, by its tool's name.
    package let tools: [(name: String, manifest: String)]

    /// - Throws: everything of the description that no tool can express.
    package init(_ bytes: [UInt8], file: String, _ options: Options) throws(ManifestErrors) {
        var reader = OperationReader(
            description: try Description(bytes, file: file), wanted: Set(options.operations))
        try reader.description.check()
        let server = Self.server(options, &reader.description)
        let operations = reader.operations()
        try reader.description.check()
        guard let server else { throw ManifestErrors(reader.description.problems) }
        var tools: [(String, String)] = []
        for operation in operations {
            let text = ToolText(operation, server, options).text
            let name = "\(options.prefix).\(operation.name)"
            // INVARIANT: what is written can be loaded. Where it cannot the description is to blame: there is no other file.
            do throws(ManifestErrors) {
                _ = try Tool.load(Array(text.utf8), file: "\(name)/tool.yaml")
            } catch {
                for problem in error.problems {
                    reader.description.refuse(
                        operation.place, operation.key,
                        "no tool can be made of it, since its manifest would be wrong: `\(problem.key)`: \(problem.message)",
                        problem.suggestion)
                }
            }
            tools.append((name, text))
        }
        try reader.description.check()
        self.tools = tools.map { (name: $0.0, manifest: $0.1) }
    }

    /// Where the requests go.
    struct Server {
        /// `https://api.example.com`, or with a port.
        var origin: String
        /// Empty, or `/v1`.
        var path: String
    }

    private static func server(_ options: Options, _ description: inout Description) -> Server? {
        let root = description.root
        let servers = root["servers"]
        let place = servers?[0]?["url"] ?? servers ?? root
        if options.server == nil, let variables = servers?[0]?["variables"], !variables.entries.isEmpty {
            description.refuse(
                variables, "servers[0].variables", "a server with variables is not one", "give `--server URL`")
            return nil
        }
        guard let url = options.server ?? servers?[0]?["url"]?.text else {
            description.refuse(place, "servers", "there is no server", "give `--server URL`")
            return nil
        }
        guard let destination = try? Destination(url), url.hasPrefix("https://") || url.hasPrefix("http://") else {
            description.refuse(
                place, "servers[0].url", "\(VisibleText.quoted(url)) is no absolute URL of HTTP", "give `--server URL`")
            return nil
        }
        guard !destination.host.isCallItself else {
            description.refuse(
                place, "servers[0].url", "\(VisibleText.quoted(url)) leads nowhere from a tool: \(Host.callItself)",
                "give `--server URL`, with `127.0.0.1` for a server of this host")
            return nil
        }
        let scheme = url.hasPrefix("https://") ? "https" : "http"
        let rest = url.dropFirst(scheme.utf8.count + 3)
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
        let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !trimmed.contains("?"), !trimmed.contains("#"), !trimmed.contains("${"), !trimmed.contains("{") else {
            description.refuse(
                place, "servers[0].url", "\(VisibleText.quoted(url)) has more than a path", "give `--server URL`")
            return nil
        }
        let usual = scheme == "https" ? 443 : 80
        let host = destination.description.dropLast(String(destination.port).utf8.count + 1)
        let port = destination.port == usual ? "" : ":\(destination.port)"
        return Server(origin: "\(scheme)://\(host)\(port)", path: trimmed)
    }
}
