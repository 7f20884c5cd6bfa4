import StrictJSON
import Testing

@testable import Ledger
@testable import Policy
@testable import Registry
@testable import Sandbox

@Suite("What a call did fits into its entry, however much it was")
struct RecordedOutcomeTests {
    /// As long as a path can be, of characters that JSON writes as six bytes each.
    private static func path(_ number: Int) -> String { "\(number)/" + String(repeating: "\u{1}", count: 4000) }

    private static let context = RunContext(
        run: "2026-11-24-0d1f3a4b5c6d", task: "test", intentDigest: "sha256:0", principal: "alice@example.com",
        agent: RunContext.Agent(name: nil, confinement: .confined))

    private static func entry(_ outcome: JSON) -> EndedEntry {
        EndedEntry(context: context, call: "c1", tool: "exec.run", decided: 1, outcome: outcome)
    }

    private static func outcome(changes: [String], violations: [String]) -> Outcome {
        var outcome = Outcome(
            status: .succeeded,
            decision: .denial(.noRule, "", at: Instant(secondsSince1970: 0, nanoseconds: 0)))
        outcome.publication = .published(
            changes.map { WorkspaceChange(path: $0, kind: .created, entry: .file) })
        outcome.violations = violations.map { Violation(layer: "layer", operation: "create", path: $0, detail: "x") }
        return outcome
    }

    @Test(
        "Lists are cut by their bytes, and say by how much",
        arguments: [(100, 0), (0, 50), (100, 50), (10_000, 100)])
    func bounded(changes: Int, violations: Int) {
        let recorded = Self.outcome(
            changes: (0..<changes).map(Self.path), violations: (0..<violations).map(Self.path)
        ).recorded()
        #expect(Self.entry(recorded).frame != nil)
        for (name, count) in [("changes", changes), ("violations", violations)] {
            let kept = recorded[name]?.arrayValue?.count ?? -1
            #expect(Int64(kept) + (recorded[name + "Omitted"]?.integerValue ?? 0) == Int64(count))
        }
    }

    @Test("Positive control: what fits is listed whole")
    func whole() {
        let recorded = Self.outcome(changes: ["a", "b"], violations: ["c"]).recorded()
        #expect(recorded["changes"]?.arrayValue?.count == 2 && recorded["violations"]?.arrayValue?.count == 1)
        #expect(recorded["changesOmitted"] == nil && recorded["violationsOmitted"] == nil)
    }

    @Test("A failure's message of one endless character is cut")
    func message() {
        var outcome = Self.outcome(changes: [], violations: [])
        let marks = String(repeating: "\u{301}", count: 100_000)
        outcome.failure = Outcome.Failure(code: "x", message: "e" + marks)
        #expect(Self.entry(outcome.recorded()).frame != nil)
        #expect("e\(marks)".cut(toBytes: 5) == "e\u{301}\u{301}…")
        #expect("text".cut(toBytes: 4) == "text")
    }

    @Test("What is too large all the same is recorded by its status, counts and digest")
    func abridged() throws {
        let large: JSON = [
            "status": "succeeded", "end": "done", "exit": 0, "note": .string(String(repeating: "n", count: 70_000)),
            "changes": .array(Array(repeating: "a", count: 300)), "changesOmitted": 7, "failure": ["code": "x"],
        ]
        #expect(Self.entry(large).frame == nil)
        let short = large.abridged()
        #expect(Self.entry(short).frame != nil)
        #expect(short["status"] == "succeeded" && short["end"] == "done" && short["exit"] == 0)
        #expect(short["changesOmitted"] == 307 && short["changes"] == nil)
        #expect(short["digest"]?.stringValue?.hasPrefix("sha256:") == true)
    }

    @Test("Grants that are too long even for the store beside the ledger are recorded by digest and count")
    func grants() {
        let many = JSON.array((0..<2000).map { ["write": .string("\($0)/" + String(repeating: "a", count: 240))] })
        let recorded = Recorder.recorded(grants: many)
        #expect(recorded["count"] == 2000 && recorded["digest"]?.stringValue?.hasPrefix("sha256:") == true)
        let few: JSON = [["read": "README.md"]]
        #expect(Recorder.recorded(grants: few) == few)
    }

    @Test("What a tool wrote is recorded as it is up to a bound, and by its digest beyond")
    func output() {
        func outcome(_ count: Int) -> Outcome {
            var outcome = Self.outcome(changes: [], violations: [])
            outcome.report = CallReport(
                end: .exited(0), output: [UInt8](repeating: 0x61, count: count), errorOutput: [], duration: .zero,
                violations: [])
            return outcome
        }
        #expect(outcome(3).recordedOutput() == .inline(["stdout": "aaa"]))
        #expect(outcome(0).recordedOutput() == nil)
        guard case .digest(_, let bytes) = outcome(100_000).recordedOutput() else {
            Issue.record("not a digest")
            return
        }
        #expect(bytes > 100_000)
    }
}
