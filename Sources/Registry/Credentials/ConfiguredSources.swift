import Credentials
import Diagnostics
import HTTPRules
import Hosts
import Manifests
import Policy
import Store
import StrictJSON

/// The sources that a person has set up, ready to be asked.
package struct ConfiguredSources: Sendable {
    /// One of them.
    package struct Source: Sendable {
        package let configuration: SourceConfiguration
        package let source: any CredentialSource
        package let digest: String

        package init(_ configuration: SourceConfiguration, _ source: any CredentialSource) {
            self.configuration = configuration
            self.source = source
            digest = Digest.of(configuration.canonicalJSON().encoded()).description
        }
    }

    package let all: [SourceName: Source]
    /// What they were made from: it knows why one is not there.
    private let catalogue: SourceCatalog

    package init(_ sources: [Source] = [], catalogue: SourceCatalog = SourceCatalog()) {
        self.catalogue = catalogue
        all = Dictionary(sources.map { ($0.configuration.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func source(_ name: SourceName) -> Source? { all[name] }

    /// Why there is no source of that name.
    package func absence(of name: SourceName) -> String { catalogue.absence(of: name) }

    /// What a call's credentials would come to. Asks nobody.
    ///
    /// - Throws: `Refusal` if a source is not there, or cannot issue what the manifest requires.
    package func resolve(_ tool: Tool, arguments: JSON) throws(Refusal) -> [ResolvedCredential] {
        var resolved: [ResolvedCredential] = []
        for template in tool.credentials { resolved.append(try resolve(template, of: tool, arguments: arguments)) }
        return resolved
    }

    /// The same of each, for a person who wants to know all that is missing. Asks nobody.
    func preview(_ tool: Tool, arguments: JSON) -> [Result<ResolvedCredential, UnavailableCredential>] {
        tool.credentials.map { template in
            do throws(Refusal) {
                return .success(try resolve(template, of: tool, arguments: arguments))
            } catch {
                return .failure(UnavailableCredential(template, arguments: arguments, refusal: error))
            }
        }
    }

    private func resolve(
        _ template: CredentialTemplate, of tool: Tool, arguments: JSON
    ) throws(Refusal) -> ResolvedCredential {
        try resolve(
            template, of: tool.name.rawValue, within: tool.limits.time ?? Executor.defaultTime, arguments: arguments)
    }

    /// - Parameter time: How long the call may last.
    package func resolve(
        _ template: CredentialTemplate, of tool: String, within time: Duration, arguments: JSON
    ) throws(Refusal) -> ResolvedCredential {
        guard let source = all[template.source] else {
            throw Refusal(
                .credentialUnavailable,
                "the tool needs the credential `\(template.name)` of the source `\(template.source)`, and "
                    + absence(of: template.source))
        }
        let lifetime = Self.lifetime(of: template, time)
        let scope: JSON
        let destination: Destination?
        let paths: [PathPattern]
        do {
            scope = try template.scope.expand(arguments: arguments)
            (destination, paths) = try Self.place(of: template.delivery, arguments)
        } catch {
            throw Refusal(.invalidArguments, "the credential `\(template.name)`: \(Self.words(error))")
        }
        let request = CredentialRequest(
            lease: "", scope: scope, lifetime: lifetime,
            call: CallBinding(
                run: "", call: "", task: "", tool: tool, callDigest: "", agent: "", principal: ""))
        let plan: CredentialPlan
        do {
            plan = try source.source.plan(request)
            try Self.require(plan, of: template)
            if case .socket(let socket) = template.delivery, socket.kind == .postgres {
                try Self.requireServer(of: socket, source, arguments)
            }
        } catch {
            throw Refusal(
                .credentialUnavailable,
                "the credential `\(template.name)` of `\(template.source)`: \(Self.words(error))")
        }
        return ResolvedCredential(
            template: template, scope: scope, destination: destination, paths: paths, lifetime: lifetime, plan: plan,
            sourceDigest: source.digest)
    }

    /// No longer than the call can last: what outlives it is nobody's.
    private static func lifetime(of template: CredentialTemplate, _ time: Duration) -> Duration {
        min(template.lifetime ?? CredentialTemplate.defaultLifetime, max(time + .seconds(10), .seconds(30)))
    }

    /// What the manifest requires holds before anything is minted.
    private static func require(
        _ plan: CredentialPlan, of template: CredentialTemplate
    ) throws(CredentialError) {
        if let least = template.revocability, plan.revocability < least {
            throw CredentialError(
                .unsupported,
                "the tool requires \(least.rawValue), and the source gives \(plan.revocability.rawValue)",
                remedy: "take another source, or lower `revocability` in the manifest")
        }
        if let most = template.lifetime, plan.lifetime.map({ $0 > most }) ?? true {
            let lives = plan.lifetime.map { "for \($0.components.seconds) seconds" } ?? "without an end"
            throw CredentialError(
                .unsupported,
                "the tool requires that it lives for \(most.components.seconds) seconds at most, and the source's live "
                    + lives, remedy: "take another source, or raise `lifetime` in the manifest")
        }
        let field = template.delivery.field
        if let field, !plan.fields.contains(field) {
            throw CredentialError(
                .unsupported, "the source issues no field `\(field)`",
                remedy: "it issues \(VisibleText.list(plan.fields, conjunction: "and"))")
        }
        switch template.delivery {
        case .broker, .environment:
            guard field != nil || plan.fields.count == 1 else {
                throw CredentialError(
                    .unsupported, "the source issues several fields, and one variable takes one",
                    remedy: "say which with `field`: \(VisibleText.list(plan.fields, conjunction: "or"))")
            }
        case .socket, .memfd, .file: break
        }
    }

    /// A PostgreSQL socket leads to the server of its source and to no other.
    private static func requireServer(
        of socket: SocketDelivery, _ source: Source, _ arguments: JSON
    ) throws {
        guard case .remote(let options) = source.configuration.options, case .postgres(let server) = options.server
        else {
            throw CredentialError(
                .unsupported, "a socket of postgres takes a role of a source of type `postgres`",
                remedy: "deliver it by `file` or `memfd`")
        }
        guard socket.field == nil else {
            throw CredentialError(
                .unsupported, "a socket of postgres takes the whole role, and no `field` of it",
                remedy: "remove `field`")
        }
        guard let to = try socket.to?.expand(arguments: arguments).first else { return }
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        guard let wanted = try? Destination(to), wanted == (try? Destination("\(host):\(server.port)")) else {
            throw CredentialError(
                .unsupported,
                "the socket is to lead to \(VisibleText.quoted(to)), and the source's server is \(host):\(server.port)",
                remedy: "remove `to`, or take another source")
        }
    }

    private static func place(
        of delivery: CredentialDelivery, _ arguments: JSON
    ) throws -> (Destination?, [PathPattern]) {
        guard case .broker(let broker) = delivery else { return (nil, []) }
        guard let to = try broker.to.expand(arguments: arguments).first else {
            throw Refusal(.invalidArguments, "where it goes is an argument that is absent")
        }
        let destination: Destination
        do throws(HostRefusal) {
            destination = try Destination(to)
        } catch {
            throw Refusal(.invalidArguments, "\(VisibleText.quoted(to)) is no destination: \(error.reason)")
        }
        var paths: [PathPattern] = []
        for template in broker.paths {
            let patterns = try template.pathPatterns(arguments: arguments)
            // Without any a rule that was meant to be narrow would be one of every path.
            guard !patterns.isEmpty else {
                throw Refusal(.invalidArguments, "a path of it is an argument that is absent")
            }
            paths += patterns
        }
        return (destination, paths)
    }

    private static func words(_ error: any Error) -> String {
        if let refusal = error as? Refusal { return refusal.reason }
        return (error as? any Diagnostic)?.message ?? "\(error)"
    }
}

extension DecisionCode {
    /// A credential that no source here can issue as the tool requires it.
    static let credentialUnavailable = Self(rawValue: "credential-unavailable")
}
