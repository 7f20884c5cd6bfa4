import Credentials
import Diagnostics
import HTTPRules
import Hosts
import Manifests
import StrictJSON

/// A credential that one call needs, cut to its arguments: what policy, people and the record see of it.
package struct ResolvedCredential: Sendable, Hashable {
    package let template: CredentialTemplate
    /// In the source's words, with the call's arguments in place.
    package let scope: JSON
    /// Of the broker's delivery: where the secret may go.
    let destination: Destination?
    let paths: [PathPattern]
    /// How long it may live at most.
    package let lifetime: Duration
    /// What the source says that it would issue.
    package let plan: CredentialPlan
    /// Of the source's configuration: an approval is none for a source that was changed since.
    let sourceDigest: String

    /// As digests, decisions and previews have it.
    package var json: JSON {
        var object: JSONObject = [
            "name": .string(template.name), "source": .string(template.source.rawValue), "scope": scope,
            "deliver": template.delivery.canonicalJSON, "revocability": .string(plan.revocability.rawValue),
            "lifetime": .integer(lifetime.components.seconds), "sourceDigest": .string(sourceDigest),
        ]
        if let destination { object["to"] = .string(destination.description) }
        if !paths.isEmpty { object["paths"] = .array(paths.map { .string($0.description) }) }
        return .object(object)
    }

    /// One line for a person: what it is, what it opens, how it gets there.
    package var words: String {
        let name = VisibleText.quoted(template.name)
        let source = VisibleText.quoted(template.source.rawValue)
        let scope = scope == .object([:]) ? "" : " (scope \(VisibleText.line(scope.encodedString(), limit: 1000)))"
        let plan = VisibleText.line(plan.summary, limit: 600)
        return "credential \(name) of \(source): \(plan)\(scope); \(deliveryWords); \(endWords)"
    }

    private var deliveryWords: String {
        switch template.delivery {
        case .broker(let broker):
            let methods = broker.methods.isEmpty ? "any method" : broker.methods.map(\.rawValue).joined(separator: ", ")
            let places =
                paths.isEmpty ? "any path" : VisibleText.list(paths.map(\.description), conjunction: "or", limit: 16)
            let to = VisibleText.line(destination?.description ?? "")
            let headers =
                broker.headers.isEmpty
                ? "" : ", also in the header \(VisibleText.list(broker.headers, conjunction: "or", limit: 16))"
            return
                "the tool never sees it: it goes to \(to), \(methods), \(places)\(headers), \(broker.uses) times at most"
        case .memfd: return "the tool reads it from an open file"
        case .file(let name, _, _): return "the tool reads it from the file \(VisibleText.quoted(name))"
        case .socket(let socket): return "the tool uses it through a socket of \(socket.kind.rawValue)"
        case .environment(let variable, _): return "the tool has it in the variable \(VisibleText.quoted(variable))"
        }
    }

    private var endWords: String {
        switch plan.revocability {
        case .none: return "NOTHING ends it after the call"
        case .expiry: return "it expires \(lifetime.components.seconds) s after the start at the latest"
        case .revoke: return "revoked after the call"
        case .revokeWithSessions: return "revoked after the call, with the sessions that it opened"
        case .singleUse: return "it works once"
        }
    }
}
