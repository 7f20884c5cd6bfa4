import Diagnostics
import Manifests
import StrictJSON

/// The manifests that would take the place of what was seen: a tool a program, with grants of the hosts that it connected
/// to; an intent that allows them; a source for each credential that can be issued from where it is now.
///
/// A start for a person to narrow: what a program was seen to do is one day of it.
package struct Replacement: Sendable {
    /// By path within the folder, sources last.
    package let files: [(path: String, text: String)]

    package init(_ observation: Observation, principal: String) {
        var files: [(String, String)] = []
        var tools: [String] = []
        let programs = observation.destinations.flatMap(\.programs).reduce(into: [String]()) { list, program in
            if !list.contains(program), program.hasPrefix("/") { list.append(program) }
        }
        for program in programs {
            let name = Self.unique(Self.toolName(program), among: tools)
            tools.append(name)
            files.append(("tools/\(name)/tool.yaml", Self.tool(name, program, observation)))
        }
        files.append(("task.yaml", Self.intent(tools, observation, principal)))
        for credential in observation.credentials where !credential.hosts.isEmpty {
            guard case .environment(let variable) = credential.place else { continue }
            files.append(("sources/\(Self.sourceName(variable)).yaml", Self.source(variable, credential)))
        }
        self.files = files.map { (path: $0.0, text: $0.1) }
    }

    // MARK: tools

    private static func tool(_ name: String, _ program: String, _ observation: Observation) -> String {
        let places = observation.destinations.filter { $0.programs.contains(program) }.map(\.name)
        var lines = [
            "# Made by `agentbox observe` of one run. Narrow it: say which words the program may get, and which hosts.",
            "apiVersion: agentbox.dev/v1", "kind: Tool", "name: \(name)", "version: 0.1.0",
            "description: \(YAMLText.value(.string("Runs \(program), which connects to \(places.joined(separator: ", ")).")))",
            "command: \(YAMLText.value([.string(program), "${args.words}"]))", "input: argv", "inputSchema:",
            "  type: object", "  properties:",
            "    words: {type: array, maxItems: 64, items: {type: string, pattern: \"^[^-]\"}}",
            "  required: [words]", "  additionalProperties: false",
            "annotations: {readOnly: false, destructive: true, idempotent: false, openWorld: true}",
            "sandbox: fetch                          # see `agentbox sandbox learn` for one of its own", "grants:",
        ]
        lines += places.map { "  - connect: \(YAMLText.value(.string($0)))" }
        var held: [String] = []
        for credential in observation.credentials where credential.programs.contains(program) {
            let hosts = credential.hosts.filter { places.contains($0) && $0.hasSuffix(":443") }
            guard case .environment(let variable) = credential.place, let first = hosts.first else {
                lines.append(
                    YAMLText.comment(
                        "\(credential.place.text) (\(credential.kind)): \(advice(credential)) takes its place"))
                continue
            }
            held += [
                "  - name: \(sourceName(variable))", "    source: \(sourceName(variable))",
                "    deliver:                            # the tool gets a placeholder, the broker puts the secret in",
                "      broker: {to: \(YAMLText.value(.string("https://\(first.dropLast(4))"))), variable: \(variable)}",
            ]
            lines += hosts.dropFirst().map {
                YAMLText.comment("it was sent to \($0) too: a credential has one destination, add another for that")
            }
        }
        if !held.isEmpty { lines += ["credentials:"] + held }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Which kind of source issues such a credential for one call.
    private static func advice(_ credential: Observation.FoundCredential) -> String {
        let kind = credential.kind.lowercased()
        let sources = [
            ("github", "a source of type `github-app`"), ("aws", "a source of type `aws-sts`"),
            ("postgresql", "a source of type `postgres`"), ("vault", "a source of type `vault`"),
            ("ssh", "delivery by `socket: ssh-agent`, for one key and one host"),
            ("certificate", "a source of type `x509`"), ("jwt", "a source of type `jwt` or `oauth`"),
        ]
        return sources.first { kind.contains($0.0) }?.1 ?? "an entry of `pass` and a source of that type"
    }

    // MARK: intent and sources

    private static func intent(_ tools: [String], _ observation: Observation, _ principal: String) -> String {
        var lines = [
            "# Made by `agentbox observe` of one run. Narrow it before an agent gets it: `agentbox intent check task.yaml`.",
            "apiVersion: agentbox.dev/v1", "kind: Intent", "name: observed",
            "purpose: \(YAMLText.value(.string("Do what this did: \(observation.command.first ?? "")")))",
            "principal: \(YAMLText.value(.string(principal)))", "expires: 1h",
        ]
        lines.append(tools.isEmpty ? "rules: []" : "rules:")
        // Which words were right one day nobody knows of the next: people say.
        lines += tools.map { "  - approve: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func source(_ variable: String, _ credential: Observation.FoundCredential) -> String {
        [
            "# Goes to $AGENTBOX_HOME/sources. It hands on the static secret, for one call and past the tool's eyes; better is",
            YAMLText.comment("one that issues a credential for each call: \(advice(credential))."),
            "apiVersion: agentbox.dev/v1", "kind: CredentialSource", "name: \(sourceName(variable))",
            "type: environment",
            "options: {variable: \(variable)}", "",
        ].joined(separator: "\n")
    }

    // MARK: names

    private static func toolName(_ program: String) -> String {
        let last = program.split(separator: "/").last.map(String.init) ?? "program"
        return "observed." + word(last)
    }

    private static func sourceName(_ variable: String) -> String { word(variable) }

    private static func word(_ text: String) -> String {
        let letters = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let word = String(letters).split(separator: "-").joined(separator: "-")
        guard let first = word.first, first.isLetter else { return "x\(word)" }
        return String(word.prefix(40))
    }

    private static func unique(_ name: String, among others: [String]) -> String {
        guard others.contains(name) else { return name }
        return (2...).lazy.map { "\(name)-\($0)" }.first { !others.contains($0) } ?? name
    }
}
