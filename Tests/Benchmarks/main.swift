import Glibc
import TestSupport

// `make bench`: every number is a ratio to a peer that was measured in the same run. Words name the tables to print:
// `agentbox-bench calls tools`.

let wanted = Set(CommandLine.arguments.dropFirst())
let tables: Set = ["calls", "crowd", "resident", "tools", "json", "decisions", "peers", "ledger", "egress"]
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

let sandboxes = InstalledAgentbox.checkout + "/Sandboxes"
if isWanted("calls") {
    let rounds = getenv("AGENTBOX_BENCH_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 240
    Swift.print("One call, its sandbox built for it (cold) or taken from a template (warm)")
    Swift.print(try await CallBenchmark(initPath: initPath, sandboxes: sandboxes).report(rounds: rounds))
}
if isWanted("crowd") {
    Swift.print("\n200 calls at once, from the moment that all are asked for")
    Swift.print(try await CrowdBenchmark(initPath: initPath, sandboxes: sandboxes).report())
}
if isWanted("resident") {
    Swift.print("\nA host with 1 GiB in memory")
    Swift.print(try await ResidentBenchmark(initPath: initPath, sandboxes: sandboxes).report())
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
        try await EgressBenchmark.report(build: build, sandboxes: sandboxes))
}
if isWanted("ledger") {
    Swift.print("\nLedger, durable and signed")
    Swift.print(try await LedgerBenchmark.report())
    let entries = getenv("AGENTBOX_BENCH_ENTRIES").flatMap { Int(String(cString: $0)) } ?? 1_000_000
    Swift.print(try await LedgerBenchmark.verification(entries: entries))
}
