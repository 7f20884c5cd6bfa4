import Approvals
import Diagnostics
import Ledger
import Policy
import Sandbox
import Store
import StrictJSON

/// What an approver is shown of one call: lines of visible text, each value on lines of its own, so that nothing an
/// agent writes can pass for a line of ours.
struct ApprovalText {
    let context: RunContext
    let purpose: String
    let tool: RegisteredTool
    let call: ResolvedCall
    let decision: Decision
    let name: String
    let requirement: ApprovalRequirement
    let expires: Moment
    /// On one line, for `--pattern`: exactly this call.
    let pattern: String?
    let writes: RehearsedWrites?
    /// How it failed on a copy of the workspace.
    let failure: String?

    /// Of one argument, in bytes; what is longer is cut and named by its digest.
    private static let longestValue = 8 << 10
    /// Of all of them.
    private static let longestArguments = 48 << 10
    /// A longer pattern is nothing that a person copies.
    private static let longestPattern = 600

    var shown: ShownText { ShownText(lines.joined(separator: "\n") + "\n") }

    private var lines: [String] {
        let agent = VisibleText.line(context.agent.name ?? "the agent", limit: 80)
        var lines = [
            "MAY THIS CALL GO AHEAD?", "",
            "task       \(VisibleText.line(context.task, limit: 80)): \(VisibleText.line(purpose, limit: 500))",
            "principal  \(VisibleText.line(context.principal, limit: 200))",
            context.agent.confinement == .confined
                ? "agent      \(agent), in its box" : "agent      \(agent), NOT confined: it runs as you",
            "call       \(name) of run \(context.run)",
            "tool       \(tool.tool.name.rawValue) \(VisibleText.line(tool.tool.version, limit: 40)): "
                + VisibleText.line(tool.tool.description, limit: 300),
        ]
        let effects = self.effects
        if !effects.isEmpty { lines.append("           its author says: \(effects)") }
        lines += [
            "tool is    \(tool.registration.toolDigest)", "", "ARGUMENTS",
        ]
        lines += arguments
        lines += ["", "IT MAY TOUCH"]
        lines += grants
        if !call.credentials.isEmpty {
            lines += ["", "CREDENTIALS that are issued to it"]
            lines += call.credentials.map { "  \($0.words)" }
        }
        if let writes {
            lines += ["", "WHAT IT CHANGES: it ran on a copy of the workspace, and a yes publishes exactly this"]
            lines += writes.lines
            lines.append("  all of it is \(writes.digest)")
        }
        if let failure {
            lines += [
                "",
                "IT FAILED on a copy of the workspace (\(VisibleText.line(failure, limit: 300))): a yes runs it again, "
                    + "and what it writes then was not seen",
            ]
        }
        lines += ["", "WHY YOU ARE ASKED"]
        lines += reasons
        if let pattern, pattern.utf8.count <= Self.longestPattern {
            lines += ["", "TO ALLOW THIS VERY CALL AGAIN in this run, approve the pattern", "  \(pattern)"]
        }
        lines += [
            "", "NEEDED     \(requirement.words)", "UNTIL      \(expires)",
        ]
        return lines
    }

    private var effects: String {
        let annotations = tool.tool.annotations
        var words: [String] = []
        if annotations.destructive { words.append("it may remove or overwrite") }
        if annotations.readOnly { words.append("it changes nothing") }
        if annotations.openWorld { words.append("it reaches beyond this host") }
        return words.joined(separator: ", ")
    }

    private var arguments: [String] {
        let members = call.arguments.objectValue ?? JSONObject()
        guard !members.isEmpty else { return ["  none"] }
        var room = Self.longestArguments
        return members.flatMap { key, value -> [String] in
            let limit = max(0, min(Self.longestValue, room))
            let lines = Self.lines(of: value, named: VisibleText.line(key, limit: 200), limit: limit)
            room -= lines.reduce(0) { $0 + $1.utf8.count }
            return lines
        }
    }

    /// A text that has lines is shown as them, each behind a mark; anything else as JSON on one. Of what is too long its
    /// beginning and its end are shown.
    static func lines(of value: JSON, named name: String, limit: Int) -> [String] {
        let text = value.stringValue.flatMap { $0.utf8.contains(0x0A) ? $0 : nil }
        let whole = text ?? value.encodedString()
        func marked(_ part: String) -> [String] {
            // JSON has escaped its backslashes already.
            (text == nil ? [VisibleText.line(part)] : VisibleText.exactLines(part)).map { "  | \($0)" }
        }
        guard whole.utf8.count > limit else {
            return text == nil ? ["  \(name): \(VisibleText.line(whole))"] : ["  \(name):"] + marked(whole)
        }
        // Not behind the mark, so that no content can say this.
        let cut = "  … cut: \(whole.utf8.count) bytes in all, \(Digest.of(Array(whole.utf8)))"
        guard limit > 0 else { return ["  \(name):", cut] }
        let tail = whole.utf8.suffix(limit / 4).drop { $0 & 0xC0 == 0x80 }
        return ["  \(name):"] + marked(String(whole.cut(toBytes: limit - limit / 4))) + [cut + "; it ends:"]
            + marked(String(decoding: tail, as: UTF8.self))
    }

    private var grants: [String] {
        var lines = call.grants.map { grant in
            let within = grant.opened.map(\.description)
            let subject = grant.subject + (within.isEmpty ? "" : " within \(within.joined(separator: ", "))")
            let what =
                switch grant.word {
                case .read: "read the file"
                case .list: "list the folder"
                case .readUnder: "read everything beneath"
                case .write: "replace or create the file"
                case .create: "create the file"
                case .writeUnder: "create, change and remove everything beneath"
                case .exec: "execute"
                case .connect: "connect to"
                case .listen: "in its own network, listen at"
                case .git: "change of the repository's .git the"
                }
            let terms = grant.inspection.map { ", " + VisibleText.line($0.words, limit: 4096) } ?? ""
            return "  \(what) \(VisibleText.quoted(subject, limit: 4096))\(terms)"
        }
        if let server = tool.server {
            lines.append("  what the tool server `\(server.name.rawValue)` may touch, which serves the whole run")
        }
        return lines.isEmpty ? ["  nothing of the workspace, and no network"] : lines
    }

    private var reasons: [String] {
        let asking = decision.askingRules
        var lines = decision.rules.filter { asking.contains($0.index) }.prefix(8).map { rule in
            "  rule \(rule.index + 1), line \(rule.line), `\(rule.effect.rawValue) \(rule.tool.text)`: "
                + VisibleText.line(rule.why, limit: 500)
        }
        // A rule that approves has said why; that a review is due it cannot say.
        if lines.isEmpty || !decision.rules.contains(where: { $0.effect == .approve }) {
            lines.append("  " + VisibleText.line(decision.reason, limit: 500))
        }
        if !decision.labels.isEmpty {
            lines.append("  the run has seen data that is \(decision.labels.map(\.rawValue).joined(separator: ", "))")
        }
        return lines
    }
}
