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
        var sources: Set<String> = []
        for credential in observation.credentials where !Self.places(of: credential).isEmpty {
            let name = Self.sourceName(credential)
            guard sources.insert(name).inserted else { continue }
            files.append(("sources/\(name).yaml", Self.source(name, credential)))
        }
        self.files = files.map { (path: $0.0, text: $0.1) }
    }

    // MARK: tools

    private static func tool(_ name: String, _ program: String, _ observation: Observation) -> String {
        let places = observation.destinations.filter { $0.programs.contains(program) }.map(\.name)
        var lines = [
            "# Made by `agentbox observe` of one run. Narrow it: say which words the program may get, and which hosts. Then,",
            "# where task.yaml is: agentbox tool check \(name) --tools tools && agentbox tool register \(name) --tools tools",
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
        var names: Set<String> = []
        for credential in observation.credentials where credential.programs.contains(program) {
            let what = "\(credential.place.text) (\(credential.kind))"
            let hosts = Self.places(of: credential).filter { places.contains($0) }
            guard let first = hosts.first else {
                lines.append(YAMLText.comment(Self.open(what, credential)))
                continue
            }
            let source = sourceName(credential)
            guard names.insert(source).inserted else { continue }
            let variable = Self.variable(credential)
            if credential.place != .environment(variable) {
                held.append(
                    "  "
                        + YAMLText.comment(
                            "In place of \(what): \(program) has to send $\(variable) in a header itself."))
            }
            held += [
                "  - name: \(source)", "    source: \(source)",
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

    /// Where the broker can put it in: with TLS, at a host that is known by name.
    private static func places(of credential: Observation.FoundCredential) -> [String] {
        if case .agent = credential.place { return [] }
        return credential.hosts.filter { $0.hasSuffix(":443") && !$0.hasPrefix("[") }
    }

    /// What a person has to fill in, where nothing can be written for them.
    private static func open(_ what: String, _ credential: Observation.FoundCredential) -> String {
        if credential.kind.lowercased().contains("ssh") {
            return
                "\(what): fill in the host's keys, as `ssh-keyscan HOST` prints them, and add `credentials: [{name: key, "
                + "source: key, deliver: {socket: {protocol: ssh-agent, hostKeys: [\"ssh-ed25519 AAAA…\"]}}}]`"
        }
        let plain = credential.hosts.first.map {
            "it went to \($0), and a broker puts nothing in but over TLS (port 443)"
        }
        return
            "\(what): \(plain ?? "nothing was seen to be sent anywhere with it"); \(advice(credential)) takes its place, "
            + "as an entry under `credentials` with `name`, `source` and `deliver`"
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
            "# Made by `agentbox observe` of one run. Narrow it before an agent gets it, and register its tools. Then, here:",
            "# agentbox intent check task.yaml --tools tools",
            "apiVersion: agentbox.dev/v1", "kind: Intent", "name: observed",
            "purpose: \(YAMLText.value(.string("Do what this did: \(observation.command.first ?? "")")))",
            "principal: \(YAMLText.value(.string(principal)))", "expires: 1h",
        ]
        lines.append(tools.isEmpty ? "rules: []" : "rules:")
        // Which words were right one day nobody knows of the next: people say.
        lines += tools.map { "  - approve: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func source(_ name: String, _ credential: Observation.FoundCredential) -> String {
        var lines = [
            "# Goes to $AGENTBOX_HOME/sources, mode 600. It hands on the static secret, for one call and past the tool's eyes;",
            YAMLText.comment("better is one that issues a credential for each call: \(advice(credential))."),
        ]
        let type: [String]
        if case .environment(let variable) = credential.place {
            type = ["type: environment", "options: {variable: \(variable)}"]
        } else {
            lines.append(
                YAMLText.comment(
                    "\(credential.place.text) may hold more than the secret: put it alone where this says, with `pass insert "
                        + "agentbox/\(name)`."))
            type = ["type: pass", "options: {entry: agentbox/\(name)}"]
        }
        return (lines + ["apiVersion: agentbox.dev/v1", "kind: CredentialSource", "name: \(name)"] + type + [""])
            .joined(
                separator: "\n")
    }

    // MARK: names

    private static func toolName(_ program: String) -> String {
        let last = program.split(separator: "/").last.map(String.init) ?? "program"
        return "observed." + word(last)
    }

    private static func sourceName(_ credential: Observation.FoundCredential) -> String {
        word(credential.place.name.split(separator: "/").last.map(String.init) ?? "secret")
    }

    /// Where the tool finds the placeholder.
    private static func variable(_ credential: Observation.FoundCredential) -> String {
        if case .environment(let name) = credential.place, !ReservedVariables.contains(name) { return name }
        return "OBSERVED_" + sourceName(credential).uppercased().replacing("-", with: "_")
    }

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
