import HTTPRules
import Hosts
import Manifests
import Policy
import Sandbox
import StrictJSON

/// A call whose arguments fit the tool's schema and whose paths were opened. Only `Resolver` makes one.
package struct ResolvedCall: Sendable {
    package let definition: ToolDefinition
    /// An object.
    package let arguments: JSON
    /// RFC 8785: what the tool reads on standard input, what digests are taken of.
    package let canonicalArguments: [UInt8]
    /// What the call may touch: the very inodes that policy saw.
    package let grants: [ResolvedGrant]
    /// The words after the executable.
    package let words: [String]
    package let policyCall: PolicyCall
    /// What the call is issued when it starts.
    package let credentials: [ResolvedCredential]

    fileprivate init(_ call: UncredentialedCall, credentials: [ResolvedCredential]) {
        definition = call.definition
        arguments = call.arguments
        canonicalArguments = call.canonicalArguments
        grants = call.grants
        words = call.words
        policyCall = call.policyCall
        self.credentials = credentials
    }

    /// The credentials as decisions, digests and people have them; never a secret.
    package var credentialsJSON: JSON { .array(credentials.map(\.json)) }

    /// The grants as the ledger and the call's digest hold them.
    package var grantsJSON: JSON {
        .array(
            grants.map { grant in
                var object: JSONObject = [grant.word.rawValue: .string(grant.subject)]
                if !grant.opened.isEmpty { object["within"] = .array(grant.opened.map { .string($0.description) }) }
                if let terms = grant.inspection {
                    object["inspect"] = true
                    if let trust = terms.trust { object["trust"] = .string(trust) }
                    if !terms.rules.isEmpty { object["http"] = .array(terms.rules.map(\.json)) }
                }
                return .object(object)
            })
    }
}

/// The same without its credentials: enough to decide about it, and never enough to start it.
struct UncredentialedCall: Sendable {
    fileprivate let definition: ToolDefinition
    let arguments: JSON
    fileprivate let canonicalArguments: [UInt8]
    fileprivate let grants: [ResolvedGrant]
    fileprivate let words: [String]
    let policyCall: PolicyCall

    /// Where the call may connect to, for people.
    var destinations: [String] {
        grants.compactMap { grant in
            grant.destination.map { $0.description + (grant.inspection.map { ", \($0.words)" } ?? "") }
        }
    }

    /// Where the call may listen, for people.
    var ports: [String] { grants.compactMap { $0.port?.description } }
}

extension InspectionTerms {
    /// For people: `inspected, for GET, HEAD /repos/octo/**`.
    var words: String {
        guard !rules.isEmpty else { return "inspected, for any request" }
        return "inspected, for " + rules.map(\.words).joined(separator: "; or ")
    }
}

extension RequestRule {
    /// `GET /repos/octo/**, with Accept application/json, at most 1 MiB`.
    var words: String {
        var words = methods.isEmpty ? "any method" : methods.map(\.rawValue).joined(separator: ", ")
        words += " " + (paths.isEmpty ? "of any path" : paths.map(\.description).joined(separator: ", "))
        for header in headers {
            switch header.condition {
            case .present: words += ", with \(header.name)"
            case .absent: words += ", without \(header.name)"
            case .oneOf(let values): words += ", with \(header.name) \(values.joined(separator: " or "))"
            }
        }
        if let mostBody { words += ", with a body of at most \(mostBody) bytes" }
        return words
    }
}

extension ResolvedGrant {
    /// What it is a grant of, in words.
    var subject: String {
        destination?.description ?? port?.description ?? program ?? gitPart?.rawValue ?? path?.relative ?? ""
    }
}

/// The first stage: arguments are checked against the tool's schema, and what they name is opened.
struct Resolver: Sendable {
    /// Canonical arguments that are longer are refused: they have to fit in memory many times over.
    static let longestArguments = 1 << 20

    let intent: CompiledIntent
    let workspace: WorkspaceRoot?
    let sources: ConfiguredSources

    /// Blocking: it opens files.
    ///
    /// - Parameter grantPaths: Also says where the arguments lead that grants are about, whether a rule asks or not: a
    ///   pattern that people approve may.
    func resolve(
        _ request: CallRequest, _ definition: ToolDefinition, grantPaths: Bool = false
    ) throws(Refusal) -> ResolvedCall {
        let call = try resolveUncredentialed(request, definition, grantPaths: grantPaths)
        return ResolvedCall(
            call, credentials: try sources.resolve(definition.tool, arguments: call.arguments))
    }

    /// The same without asking for its credentials. Blocking.
    func resolveUncredentialed(
        _ request: CallRequest, _ definition: ToolDefinition, grantPaths: Bool = false
    ) throws(Refusal) -> UncredentialedCall {
        let tool = definition.tool
        let arguments = ArgumentDefaults.filled(request.arguments, schema: tool.inputSchema)
        let canonical = try canonicalForm(of: arguments)
        try validate(arguments, against: definition)
        let resolution = GrantResolution.resolve(
            tool.grants, arguments: arguments,
            pathArguments: Array(
                Set(intent.pathArguments(of: tool.name, in: arguments))
                    .union(grantPaths ? Self.grantPaths(of: tool, in: arguments) : [])),
            profile: definition.profile, workspace: workspace)
        let grants: [ResolvedGrant]
        do {
            grants = try resolution.grants.get()
        } catch {
            throw Refusal(error)
        }
        let words: [String]
        do {
            words = Array(try Command.expand(tool.command, arguments: arguments).dropFirst())
        } catch {
            throw Refusal(error)
        }
        let facts = resolution.paths.mapValues { path -> ResolvedPathFact in
            switch path {
            case .success(let relative): .resolved(relative)
            case .failure(let error): .unresolved(error.message)
            }
        }
        return UncredentialedCall(
            definition: definition, arguments: arguments, canonicalArguments: canonical, grants: grants, words: words,
            policyCall: PolicyCall(
                tool: tool.name, arguments: arguments, resolvedPaths: facts,
                outputLimit: (tool.limits.output ?? Executor.defaultOutput).bytes))
    }

    /// The arguments that are a grant's path as they are.
    private static func grantPaths(of tool: Tool, in arguments: JSON) -> [[String]] {
        tool.grants.compactMap { grant in
            guard grant.word != .exec, grant.word != .git, grant.word != .listen,
                case .argument(let pointer)? = grant.value.segments.first,
                grant.value.segments.count == 1, arguments.value(at: pointer)?.stringValue != nil
            else { return nil }
            return pointer
        }
    }

    private func canonicalForm(of arguments: JSON) throws(Refusal) -> [UInt8] {
        guard arguments.objectValue != nil else {
            throw Refusal(.invalidArguments, "the arguments are not a JSON object")
        }
        let canonical: [UInt8]
        do {
            canonical = try arguments.canonical()
        } catch {
            throw Refusal(.invalidArguments, "the arguments: \(error.message)")
        }
        guard canonical.count <= Self.longestArguments else {
            throw Refusal(
                .argumentsTooLarge,
                "the arguments are \(canonical.count) bytes long; the limit is \(Self.longestArguments)")
        }
        return canonical
    }

    private func validate(_ arguments: JSON, against definition: ToolDefinition) throws(Refusal) {
        let violations = definition.inputSchema.validate(arguments)
        guard !violations.isEmpty else { return }
        let shown = violations.prefix(5).map(\.description).joined(separator: "; ")
        let rest = violations.count > 5 ? "; and \(violations.count - 5) more" : ""
        throw Refusal(
            .invalidArguments,
            "the arguments do not fit the input schema of `\(definition.tool.name)`: \(shown)\(rest)")
    }
}
