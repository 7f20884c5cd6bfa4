import Diagnostics
import Glibc
import Registry
import Runs
import Sandbox
import StrictJSON

/// What `sandbox learn` found, for the terminal and as JSON.
struct LearnReport {
    private let result: ProfileLearner.Result
    private let current: String

    init(_ result: ProfileLearner.Result, current: String) {
        self.result = result
        self.current = current
    }

    var lines: [String] { longLines.flatMap { Terminal.prose($0, by: 4) } }

    /// Of any length.
    private var longLines: [String] {
        let needs = result.profile.needs
        let total = needs.systemCalls.values.reduce(UInt64(0)) { $0 + $1.count }
        var lines = [
            Terminal.styled("\(VisibleText.line(result.profile.source))", .bold)
                + ": \(Self.text(of: result.watched)), \(needs.systemCalls.count) different system calls in \(total)",
            "compared with profile `\(current)`:",
        ]
        if result.difference.lines.isEmpty { lines.append("  the same") }
        for line in result.difference.lines where line.isNeeded {
            lines.append("  \(Terminal.styled("+", .green)) \(VisibleText.line(line.text))")
            lines.append("      " + Terminal.styled("needed by \(VisibleText.line(line.reason))", .dim))
            lines.append("      " + Terminal.styled("opens \(line.opens)", .dim))
        }
        lines += unneeded + refusals + addresses + bound + kept + unseen + environment
        if let failed = result.watched.first(where: { $0.end != .exited(0) }) {
            lines.append(
                Terminal.styled("it failed while it was watched, and the profile is that of a failure:", .yellow))
            let text = String(decoding: failed.errorOutput.suffix(2000), as: UTF8.self)
            for line in text.split(separator: "\n").suffix(10) { lines.append("    \(VisibleText.line(String(line)))") }
        }
        if result.isIncomplete {
            lines.append("it used more files than can be listed: give it less to do, or add the lines that are missing")
        }
        lines.append(verdict)
        for violation in result.refusals { lines.append("  refused: \(VisibleText.line(violation.sentence))") }
        return lines
    }

    /// The lines that nothing needed, a key a line: what each would close is in `--json`.
    private var unneeded: [String] {
        var byKey: [(key: String, words: [String])] = []
        for line in result.difference.lines where !line.isNeeded {
            let parts = line.text.split(separator: ":", maxSplits: 1)
            let (key, word) = (String(parts[0]), parts.count > 1 ? String(parts[1].dropFirst()) : "")
            if let index = byKey.firstIndex(where: { $0.key == key }) {
                byKey[index].words.append(word)
            } else {
                byKey.append((key, [word]))
            }
        }
        return byKey.flatMap { key, words in
            let separator = key == "syscalls.rules" ? "; " : ", "
            let text = "nothing needed of \(key): " + words.joined(separator: separator)
            return TextWrap.lines(VisibleText.line(text), within: Terminal.width - 4).enumerated().map { index, line in
                index == 0 ? "  \(Terminal.styled("-", .red)) \(line)" : "    \(line)"
            }
        }
    }

    /// What no profile gives by accident.
    private var refusals: [String] {
        result.profile.needs.refused.sorted { $0.key < $1.key }.map { name, need in
            "  \(Terminal.styled("!", .yellow)) asked for \(name) and was refused, as by every profile that does not "
                + "name it: \(VisibleText.line(need.example))"
        }
    }

    /// What it looked for, and what this host has but no box shows.
    private var unseen: [String] {
        result.unseen.prefix(20).map { path in
            "  \(Terminal.styled("!", .yellow)) looked for \(VisibleText.line(path)), which the box did not show it"
        }
    }

    /// Which variables it read, and which it may have.
    private var environment: [String] {
        let reads = result.environment
        let given = reads.read.keys.filter(reads.given.contains).sorted()
        let others = reads.read.keys.filter { !reads.given.contains($0) }.sorted()
        func mark(_ text: String) -> String { "  \(Terminal.styled("!", .yellow)) \(text)" }
        var lines = [
            "  of its environment it read "
                + (given.isEmpty ? "nothing that it was given" : given.joined(separator: ", "))
                + (others.isEmpty
                    ? "" : ", and asked for \(Counted.text(others.count, "variable")) that it was not given")
        ]
        for name in others where getenv(name) != nil {
            let by = (reads.read[name] ?? []).sorted().joined(separator: ", ")
            lines.append(
                mark(
                    VisibleText.line(
                        "asked for \(name) (\(by)), which is set here; `environment: {pass: [\(name)]}` would give it"))
            )
        }
        for program in reads.whole.sorted() {
            lines.append(
                mark("\(VisibleText.line(program)) has all of its environment in hand: what else it uses is unknown"))
        }
        for (program, reason) in reads.unknown.sorted(by: { $0.key < $1.key }) {
            lines.append(mark("\(VisibleText.line(program)): its reads are unknown: \(VisibleText.line(reason))"))
        }
        if reads.isIncomplete { lines.append(mark("not all that it read of its environment was heard of")) }
        return lines
    }

    private var addresses: [String] {
        result.profile.needs.strangers.sorted { $0.key < $1.key }.map { address, need in
            "  \(Terminal.styled("!", .yellow)) tried to reach \(VisibleText.line(address)), \(Self.times(need)): a box "
                + "has no network"
        }
    }

    /// Where it listened, or asked to: in a network of its own, where nobody else is.
    private var bound: [String] {
        result.profile.needs.bound.sorted { $0.key < $1.key }.map { address, need in
            let mark = Terminal.styled("·", .dim)
            let text =
                "  \(mark) bound a socket to \(VisibleText.line(address)), \(Self.times(need)), in its own network"
            return result.profile.isOfTool ? text : text + ": a tool that does needs a `listen` grant"
        }
    }

    /// What is there, and not the call's to read by the host's own modes.
    private var kept: [String] {
        result.profile.needs.kept.sorted { $0.key < $1.key }.prefix(20).map { path, need in
            "  \(Terminal.styled("!", .yellow)) asked for \(VisibleText.line(path)), \(Self.times(need)), which this host's "
                + "file modes keep from every call: no profile gives it"
        }
    }

    private static func times(_ need: LearnedNeeds.Need) -> String { need.count == 1 ? "once" : "\(need.count) times" }

    private var verdict: String {
        if result.holds { return "tried: it ends alike under the learned profile, and is refused no more than watched" }
        if result.endsAlike {
            return "tried: it ends alike under the learned profile, but was refused something"
        }
        return "tried: it ends otherwise under the learned profile: \(Self.text(of: result.tried))"
    }

    /// The ends that differ, each once.
    private static func text(of reports: [CallReport]) -> String {
        var texts: [String] = []
        for report in reports where !texts.contains(text(of: report.end)) { texts.append(text(of: report.end)) }
        return texts.joined(separator: ", ")
    }

    private static func text(of end: CallReport.End) -> String {
        switch end {
        case .exited(let status): "exit status \(status)"
        case .signalled(let number): "ended by signal \(number)"
        case .timedOut: "ran out of time"
        case .cancelled: "cancelled"
        case .outputLimit: "wrote too much output"
        case .answered: "answered"
        }
    }

    var json: JSON {
        let needs = result.profile.needs
        func counted(_ needs: [String: LearnedNeeds.Need]) -> JSON {
            .array(
                needs.sorted { $0.key < $1.key }.map {
                    [
                        "name": .string($0), "count": .integer(Int64(clamping: $1.count)),
                        "example": .string($1.example),
                    ]
                })
        }
        return [
            "command": .string(result.profile.source), "end": .string(Self.text(of: result.watched)),
            "current": .string(current), "difference": .array(result.difference.lines.map(\.json)),
            "systemCalls": counted(needs.systemCalls), "refused": counted(needs.refused),
            "addresses": counted(needs.strangers), "bound": counted(needs.bound), "kept": counted(needs.kept),
            "holds": .bool(result.holds),
            "incomplete": .bool(result.isIncomplete), "environment": result.environment.json,
            "failed": .bool(result.watched.contains { $0.end != .exited(0) }),
            "unseen": .array(result.unseen.map(JSON.string)),
            "tried": .string(Self.text(of: result.tried)),
            "violations": .array(result.refusals.map { $0.json() }), "profile": .string(result.profile.yaml),
        ]
    }
}
