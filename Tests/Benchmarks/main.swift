import Glibc
import TestSupport

// `make bench`: every number is a ratio to a peer that was measured in the same run. Words name the tables to print:
// `agentbox-bench cold tools`.

let wanted = Set(CommandLine.arguments.dropFirst())
let tables: Set = ["cold", "tools", "json", "decisions", "peers", "ledger", "egress"]
guard wanted.isSubset(of: tables) else {
    Swift.print("agentbox-bench: there are the tables \(tables.sorted().joined(separator: ", "))")
    exit(1)
}
func isWanted(_ table: String) -> Bool { wanted.isEmpty || wanted.contains(table) }

func print(_ title: String, _ rows: [BenchmarkRow]) {
    Swift.print("\n\(title)")
    for row in rows {
        let ratio = Double(Int(row.ratio * 100)) / 100
        let ours = Double(Int(row.ours * 100)) / 100
        let peers = Double(Int(row.peers * 100)) / 100
        Swift.print(
            "  \(row.name): \(ours) µs; \(row.peer): \(peers) µs; ratio \(ratio)"
                + (row.goal.map { ", goal \($0)" } ?? "") + (row.isMet ? "" : "  NOT MET"))
    }
}

guard let initPath = try? HelperProcess.built("agentbox-init"), let slash = initPath.lastIndex(of: "/") else {
    Swift.print("agentbox-bench: there is no agentbox-init beside it; build all of the package")
    exit(1)
}
let build = String(initPath[..<slash])

if isWanted("cold") {
    Swift.print("One call, everything built for it and thrown away")
    Swift.print(
        try await ColdCallBenchmark.report(initPath: initPath, sandboxes: InstalledAgentbox.checkout + "/Sandboxes"))
}
if isWanted("tools") { print("Start of the bundled tools", try toolStartBenchmark(build: build)) }
if isWanted("json") { print("Strict JSON", try jsonBenchmark()) }
if isWanted("decisions") { print("Decisions", try policyBenchmark()) }
if isWanted("peers") {
    print("Decisions beside peers from PyPI, whose bindings to Python are included", try peerBenchmark())
}
if isWanted("egress") {
    print(
        "Connections through the egress broker",
        try await EgressBenchmark.report(build: build, sandboxes: InstalledAgentbox.checkout + "/Sandboxes"))
}
if isWanted("ledger") {
    Swift.print("\nLedger, durable and signed")
    Swift.print(try await LedgerBenchmark.report())
    let entries = getenv("AGENTBOX_BENCH_ENTRIES").flatMap { Int(String(cString: $0)) } ?? 1_000_000
    Swift.print(try await LedgerBenchmark.verification(entries: entries))
}
