import Ledger
import LinuxIO
import Manifests
import Replay
import StrictJSON
import TestSupport

@testable import Review

/// An intent, and the entries of runs under it.
struct ReviewFixture {
    let intent: Intent
    let source: String
    var survey = Survey()
    private var index: LedgerIndex = 0
    private var runs = 0
    private var calls = 0

    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    static let start: Int64 = 1_800_000_000_000

    /// - Parameter rules: The lines beneath `rules:`.
    init(_ rules: String, head: String = "", foot: String = "") throws {
        let indented = rules.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        source = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: fix-issue-42
            purpose: Fix it.
            principal: alice@example.com
            workspace: .
            \(head)rules:
            \(indented)
            \(foot)
            """
        intent = try Intent.load(Array(source.utf8), file: "task.yaml")
    }

    static let tools: ReplayTools = {
        do {
            return try ReplayTools.load([InstalledAgentbox.checkout + "/Tools"])
        } catch {
            preconditionFailure("the bundled tools: \(error)")
        }
    }()

    var context: JSONObject {
        [
            "run": .string("run-\(runs)"), "task": "fix-issue-42", "intentDigest": .string(Self.digest),
            "principal": "alice@example.com", "agent": "confined",
        ]
    }

    mutating func add(_ kind: String, _ members: JSONObject, arguments: JSON? = nil) {
        var entry = context
        entry["kind"] = .string(kind)
        entry["time"] = .string(Timestamp(millisecondsSince1970: Self.start + Int64(index) * 1000).description)
        for (key, value) in members { entry[key] = value }
        survey.add(.object(entry), at: index, arguments: arguments)
        index += 1
    }

    /// A run, and the calls in it.
    mutating func run(_ body: (inout ReviewFixture) -> Void) {
        runs += 1
        add("run-started", ["version": "0.1.0", "command": []])
        body(&self)
        add("run-ended", ["outcome": [:]])
    }

    /// A call that a rule allowed, or denied.
    mutating func call(
        _ tool: String, _ arguments: JSON, rule: Int, effect: String = "allow", approval: JSON? = nil
    ) {
        calls += 1
        let decision: JSONObject = [
            "effect": .string(effect == "deny" ? "deny" : "allow"), "code": "allowed",
            "rules": [
                ["index": .integer(Int64(rule)), "effect": .string(effect), "tool": .string(tool), "matched": true]
            ],
        ]
        // The entry itself, so that what is surveyed is what is recorded.
        let entry = DecidedEntry(
            context: RunContext(
                run: "run-\(runs)", task: "fix-issue-42", intentDigest: Self.digest, principal: "alice@example.com",
                agent: .init(name: nil, confinement: .confined)),
            call: "c\(calls)", tool: tool, effect: effect == "deny" ? "deny" : "allow", decision: .object(decision),
            arguments: .inline(arguments), toolDigest: "sha256:01", profileDigest: "sha256:02", approval: approval)
        add("decided", entry.members, arguments: arguments)
    }

    /// A question that a rule asked, and the answer.
    mutating func ask(
        _ tool: String, rule: Int, _ verdict: String, by approver: String? = nil, breakGlass: Bool = false
    ) {
        calls += 1
        let request = JSON.string("r\(calls)")
        add(
            "approval-asked",
            [
                "call": .string("c\(calls)"), "tool": .string(tool), "request": request,
                "rules": [.integer(Int64(rule))], "assurance": "A2",
            ])
        var answer: JSONObject = [
            "call": .string("c\(calls)"), "request": request, "verdict": .string(verdict), "method": "ssh",
            "assurance": "A2", "breakGlass": .bool(breakGlass), "scope": "once",
        ]
        answer["approver"] = approver.map(JSON.string)
        if breakGlass { answer["reason"] = "the pager went off" }
        add("approval-answered", answer)
    }

    func review(now: Timestamp = Timestamp(millisecondsSince1970: ReviewFixture.start)) throws -> IntentReview {
        let usage = survey.intents[Self.digest] ?? IntentUsage(digest: Self.digest, task: "fix-issue-42", first: nil)
        return IntentReview(intent, usage, tools: Self.tools, breakGlass: survey.breakGlass, now: now)
    }

    /// The manifest that is proposed; nil if none is.
    func proposal() throws -> String? {
        try review().tightened.map {
            ManifestText.text(
                of: $0, from: intent.canonicalJSON(), source: Array(source.utf8), file: "task.yaml")
        }
    }
}

extension IntentReview {
    func kinds(rule: Int? = nil) -> [Finding.Kind] { findings.filter { $0.rule == rule }.map(\.kind) }
}
