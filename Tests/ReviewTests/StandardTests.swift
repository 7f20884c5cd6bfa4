import StrictJSON
import Testing

@testable import Review

@Suite("A report on a standard names every item, and what is not covered")
struct StandardTests {
    @Test("all items, each once, in their order")
    func items() {
        #expect(
            Standard.owaspAgentic.items.map(\.identifier)
                == (1...10).map { $0 < 10 ? "ASI0\($0)" : "ASI\($0)" })
        #expect(Standard.owaspNHI.items.map(\.identifier) == (1...10).map { "NHI\($0):2025" })
        #expect(Standard.nistCSF.items.contains { $0.identifier == "PR.AA-05" && $0.coverage == .covered })
        for item in Standard.allCases.flatMap(\.items) {
            #expect((item.coverage == .covered) == (item.gap == nil), "\(item.identifier)")
            #expect((item.coverage == .notCovered) == item.controls.isEmpty, "\(item.identifier)")
            #expect(item.controls.isEmpty || !item.evidence.isEmpty, "\(item.identifier)")
        }
    }

    @Test("the evidence is what the ledger has")
    func evidence() throws {
        var fixture = try ReviewFixture("- allow: fs.read\n- deny: exec.run")
        fixture.run {
            $0.call("fs.read", ["path": "a"], rule: 0)
            $0.call("exec.run", ["argv": ["x"]], rule: 1, effect: "deny")
            $0.ask("fs.read", rule: 0, "allow", by: "bob", breakGlass: true)
            $0.add("denials", ["counts": [["code": "no-rule", "rules": [], "count": 1000]]])
            $0.add("revoked", ["scope": ["all": true], "by": "alice", "epoch": 1])
        }
        let counts = fixture.survey.counts
        #expect(counts[.runs] == 1 && counts[.allowed] == 1 && counts[.denied] == 1001)
        #expect(counts[.coalescedDenials] == 1000 && counts[.revocations] == 1 && counts[.breakGlass] == 1)
        #expect(counts[.confinedRuns] == 1 && counts[.principals] == 1)
        let report = StandardReport(.owaspAgentic, counts)
        let item = report.json["items"]?.arrayValue?.first { $0["id"] == "ASI10" }
        #expect(item?["evidence"]?["runs of a confined agent"] == 1)
        #expect(report.markdown.split(separator: "\n").count { $0.hasPrefix("| ASI") } == 10)
        // A ledger without entries shows none.
        #expect(StandardReport(.nistCSF, Survey().counts).json["entries"] == 0)
    }
}
