import Ledger
import LinuxIO
import StrictJSON
import TestSupport

@testable import Exports

/// A ledger with the entries of one run, and what an export makes of it.
struct ExportFixture {
    let folder: TemporaryFolder
    var path: String { folder("ledger") }

    static let context = RunContext(
        run: "2026-11-24-0d1f3a4b5c6d", task: "fix-issue-42",
        intentDigest: "sha256:" + String(repeating: "0", count: 64),
        principal: "alice@example.com", agent: .init(name: "claude-code", confinement: .confined))

    init(_ entries: [JSON]) async throws {
        folder = try TemporaryFolder()
        let (ledger, _) = try Ledger.open(folder("ledger"))
        for entry in entries { try await ledger.append(entry) }
        try await ledger.close()
    }

    /// A run with every kind of entry: a call that succeeded, one that failed, one that was approved, one that was denied.
    static func story() -> [JSON] {
        var entries: [JSON] = [
            RunStartedEntry(
                time: at(0), context: context, workspace: "/work", command: ["agent"], version: "0.1.0"
            ).json,
            decided("c1", "fs.read", "allow", at: 1, grants: [["read": "README.md"]]),
            ended("c1", "fs.read", decided: 1, at: 2),
            decided("c2", "git.push", "deny", at: 3, reason: "rule 2 denies the call"),
        ]
        entries += approval("c3")
        entries += [
            decided(
                "c3", "git.push", "allow", at: 6,
                approval: ["request": "r1", "approvers": [["name": "bob@example.com", "assurance": "A2"]]]),
            ended("c3", "git.push", decided: 6, at: 7, status: "failed", end: "timeout"),
            DenialsEntry(
                time: at(8), context: context,
                counts: [.init(tool: "fs.read", code: "no-rule", rules: [], count: 1000)]
            ).json,
            decided("c4", "fs.write", "allow", at: 9, grants: [["write": "a.txt"]]),
            RunEndedEntry(time: at(10), context: context, outcome: ["exit": 0, "allowed": 3, "denied": 1]).json,
            RegisteredEntry(
                time: at(11), tool: "fs.read", toolDigest: "sha256:11", previousDigest: nil, by: "person",
                differences: []
            ).json,
            [
                "kind": "revoked", "time": .string(at(12).description), "scope": ["tool": "fs.read"], "by": "alice",
                "epoch": 1,
            ],
        ]
        return entries
    }

    static func at(_ second: Int64) -> Timestamp { Timestamp(millisecondsSince1970: 1_800_000_000_000 + second * 1000) }

    static func decided(
        _ call: String, _ tool: String, _ effect: String, at second: Int64, grants: JSON? = nil,
        reason: String = "rule 1 allows the call", approval: JSON? = nil
    ) -> JSON {
        var decision: JSONObject = [
            "effect": .string(effect), "code": effect == "allow" ? "allowed" : "denied-by-rule",
            "reason": .string(reason),
            "rules": [["index": 0, "effect": .string(effect), "tool": .string(tool), "matched": true, "why": ""]],
        ]
        decision["approval"] = approval
        return DecidedEntry(
            time: at(second), context: context, call: call, tool: tool, effect: effect, decision: .object(decision),
            arguments: .inline(["path": "README.md"]), grants: grants, labels: ["untrusted"]
        ).json
    }

    static func ended(
        _ call: String, _ tool: String, decided: LedgerIndex, at second: Int64, status: String = "succeeded",
        end: String = "done"
    ) -> JSON {
        EndedEntry(
            time: at(second), context: context, call: call, tool: tool, decided: decided,
            outcome: [
                "status": .string(status), "end": .string(end), "exit": 0, "durationMicroseconds": 1500,
                "violations": [["layer": "seccomp"]],
            ]
        ).json
    }

    private static func approval(_ call: String) -> [JSON] {
        var object: JSONObject = [
            "run": .string(context.run), "task": "fix-issue-42", "principal": "alice@example.com",
        ]
        for (key, value) in ["call": JSON.string(call), "tool": "git.push", "request": "r1"] { object[key] = value }
        var asked = object
        for (key, value) in [
            "kind": JSON.string("approval-asked"), "time": .string(at(4).description), "assurance": "A2",
        ] {
            asked[key] = value
        }
        var answered = object
        let members: [String: JSON] = [
            "kind": "approval-answered", "time": .string(at(5).description), "verdict": "allow",
            "approver": "bob@example.com", "method": "ssh", "breakGlass": true, "reason": "the pager went off",
        ]
        for (key, value) in members { answered[key] = value }
        return [.object(asked), .object(answered)]
    }

    func export(
        _ format: EntryFormat, _ selection: ExportSelection = ExportSelection()
    ) throws -> (text: String, report: LedgerExport.Report) {
        var reader = try LedgerReader(directory: path)
        var bytes: [UInt8] = []
        let report = try LedgerExport(format, selection).run(&reader) { bytes += $0 }
        return (String(decoding: bytes, as: UTF8.self), report)
    }

    /// The lines, each as JSON.
    func lines(_ format: EntryFormat, _ selection: ExportSelection = ExportSelection()) throws -> [JSON] {
        try export(format, selection).text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
}
