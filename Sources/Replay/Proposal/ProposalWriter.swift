import Manifests
import StrictJSON

/// Writes a proposed intent, with a comment on each rule that says what it was seen from.
struct ProposalWriter {
    private let observations: Observations
    private let tools: ReplayTools
    private let origins: [Int: [String: ValueOrigins.Origin]]

    init(_ observations: Observations, _ tools: ReplayTools) {
        self.observations = observations
        self.tools = tools
        origins = Self.origins(observations.calls)
    }

    func text(_ groups: [CallGroup]) -> String {
        (header + groups.flatMap(rule) + ["budget: {calls: \(observations.calls.count)}"]).joined(separator: "\n")
            + "\n"
    }

    private var header: [String] {
        let count = observations.calls.count
        var lines = [
            YAMLText.comment(
                "Proposed from \(observations.source): the \(count) call\(count == 1 ? "" : "s") that were allowed.")
        ]
        lines += observations.notes.map { YAMLText.comment($0 + ".") }
        lines += [
            "# It allows what was done and little else: widen what the task may vary, take away what it must not do again.",
            "apiVersion: agentbox.dev/v1",
            "kind: Intent",
            "name: \(YAMLText.name(observations.name))",
            "purpose: \(YAMLText.name(observations.purpose))",
            "principal: \(YAMLText.name(observations.principal))",
            "expires: 1h",
        ]
        if observations.hasWorkspace { lines.append("workspace: .") }
        return lines + ["rules:"]
    }

    // MARK: Rules

    private func rule(_ group: CallGroup) -> [String] {
        var comments = [seen(group)]
        var arguments: [String] = []
        for name in group.names {
            guard let tool = tools.tools[group.tool] else { continue }
            let values = group.values(of: name)
            let proposal = ArgumentProposal.of(values, kind: .of(name, tool, values: values))
            if let constraint = proposal.constraint {
                arguments.append("\(YAMLText.name(name)): \(YAMLText.flow(constraint))")
            }
            if let remark = proposal.remark { comments.append("\(name): \(remark)") }
            if let origin = origin(of: name, group) { comments.append(origin) }
        }
        arguments += absent(group).map { "\(YAMLText.name($0)): {absent: true}" }
        return comments.map { "  " + YAMLText.comment($0) } + ["  - allow: \(YAMLText.name(group.tool.rawValue))"]
            + (arguments.isEmpty ? [] : ["    args:"] + arguments.map { "      " + $0 })
            + ["    budget: {calls: \(group.calls.count)}"]
    }

    /// `3 calls: entries 12, 15 and 20`
    private func seen(_ group: CallGroup) -> String {
        let places = group.calls.map { String($0.place) }
        let word = observations.placeWord
        guard places.count > 1 else { return "1 call: \(word) \(places.first ?? "")" }
        let plural = word.hasSuffix("y") ? word.dropLast() + "ies" : word + "s"
        let shown = places.prefix(6).joined(separator: ", ")
        let rest = places.count > 6 ? " and \(places.count - 6) more" : ""
        return "\(places.count) calls: \(plural) \(shown)\(rest)"
    }

    /// What the tool can be given, and never was.
    private func absent(_ group: CallGroup) -> [String] {
        let properties = tools.tools[group.tool]?.inputSchema["properties"]?.objectValue?.keys ?? []
        let given = Set(group.names)
        return properties.filter { !given.contains($0) && !$0.isEmpty && !$0.hasPrefix("/") }
    }

    // MARK: Provenance

    private static func origins(_ calls: [ObservedCall]) -> [Int: [String: ValueOrigins.Origin]] {
        var seen = ValueOrigins()
        var origins: [Int: [String: ValueOrigins.Origin]] = [:]
        for (index, call) in calls.enumerated() {
            for argument in call.arguments.objectValue ?? [:] {
                if let origin = seen.origin(of: argument.value) { origins[index, default: [:]][argument.key] = origin }
            }
            seen.add(call)
        }
        return origins
    }

    /// Says so if every call had the argument from one place of a trusted output.
    private func origin(of name: String, _ group: CallGroup) -> String? {
        let places = Set(group.calls.map(\.place))
        let found = observations.calls.enumerated().filter { places.contains($1.place) }.map {
            origins[$0.offset]?[name]
        }
        guard let first = found.first ?? nil,
            found.allSatisfy({ $0?.tool == first.tool && $0?.pointer == first.pointer })
        else { return nil }
        let source = YAMLText.flow([["tool": .string(first.tool.rawValue), "at": .string(first.pointer)]])
        return "\(name): was in the trusted output of \(observations.placeWord) \(first.place); "
            + "in place of the value: from: \(source)"
    }
}
