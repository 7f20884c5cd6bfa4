import Manifests
import StrictJSON

/// What an author checks, registers and looks at: a tool, or a server with all its tools.
package enum ToolSubject: Sendable {
    case tool(ToolCatalog.Entry)
    case server(ToolCatalog.ServerEntry)

    /// What it is registered as.
    package var name: ToolName {
        switch self {
        case .tool(let entry): entry.tool.name
        case .server(let entry): entry.server.name
        }
    }

    package var file: String {
        switch self {
        case .tool(let entry): entry.file
        case .server(let entry): entry.file
        }
    }

    /// The manifest in canonical form.
    package var manifest: JSON {
        switch self {
        case .tool(let entry): entry.tool.canonicalJSON()
        case .server(let entry): entry.server.canonicalJSON()
        }
    }

    /// The tools that agents see of it.
    package var tools: [ToolCatalog.Entry] {
        switch self {
        case .tool(let entry): [entry]
        case .server(let entry): entry.tools
        }
    }

    /// Where its calls may connect to, as the grants say: `${args.url}`, `db.example:5432, also within 10.0.0.0/8`.
    package var destinations: [String] {
        guard case .tool(let entry) = self else { return [] }
        return entry.tool.grants.filter { $0.word == .connect }.map { grant in
            let within = grant.within.isEmpty ? "" : ", also within " + grant.within.joined(separator: ", ")
            return grant.value.source + within + (grant.isInspected ? ", \(grant.inspectionWords)" : "")
        }
    }

    /// Where its calls may listen, as the grants say: `127.0.0.1:${args.port}`.
    package var ports: [String] {
        let grants: [GrantTemplate] =
            switch self {
            case .tool(let entry): entry.tool.grants
            case .server(let entry): entry.server.grants
            }
        return grants.filter { $0.word == .listen }.map(\.value.source)
    }

    /// What its calls are issued, a line each: `github of the source github, by broker`.
    package var credentials: [String] {
        guard case .tool(let entry) = self else { return [] }
        return entry.tool.credentials.map { credential in
            let least = credential.revocability.map { ", \($0.rawValue) at least" } ?? ""
            return "\(credential.name) of the source \(credential.source), by \(credential.delivery.word)\(least)"
        }
    }

    /// What of it is right and should be thought about all the same.
    var warnings: [String] {
        guard case .tool(let entry) = self else { return [] }
        return entry.tool.credentials.compactMap { credential in
            guard case .environment(let variable, _) = credential.delivery else { return nil }
            return "the credential \(credential.name) is downgraded: its secret is in the variable \(variable), where "
                + "everything that the tool starts can read and keep it; `broker` never shows it"
        }
    }

    init(_ entry: ToolCatalog.Entry) { self = entry.server.map { .server($0) } ?? .tool(entry) }
}

extension GrantTemplate {
    /// `inspected, for GET /repos/${args.repo}/**`.
    fileprivate var inspectionWords: String {
        guard !http.isEmpty else { return "inspected, for any request" }
        return "inspected, for "
            + http.map { rule in
                (rule.methods.isEmpty ? "any method" : rule.methods.map(\.rawValue).joined(separator: ", ")) + " "
                    + (rule.paths.isEmpty ? "of any path" : rule.paths.map(\.source).joined(separator: ", "))
            }.joined(separator: "; or ")
    }
}
