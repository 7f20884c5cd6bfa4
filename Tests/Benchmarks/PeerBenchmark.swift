import Glibc
import Policy
import StrictJSON
import TestSupport

/// Decisions side by side with libraries from PyPI that take decisions of one kind each. Theirs include what a caller in
/// Python pays to hand the values over; ours are called from Swift.
func peerBenchmark() throws -> [BenchmarkRow] {
    let script = InstalledAgentbox.checkout + "/Tests/Benchmarks/peers/run.sh"
    let result = Command.run([script])
    guard result.status == 0 else {
        Swift.print("\nskipped: the peers from PyPI cannot be run: \(result.errorOutput)")
        return []
    }
    let validation = try ConditionBench(nil)
    let ours = [
        "validate": validation.measure { $0.validate() },
        "condition": try ConditionBench(#"args.branch.startsWith("agent/") && size(args.paths) < 10"#)
            .measure { $0.decide() },
        "decide": validation.measure { $0.decide() },
    ]
    return result.output.split(separator: "\n").compactMap { line in
        guard let row = try? JSON(parsing: Array(line.utf8)), let name = row["name"]?.stringValue,
            let peer = row["peer"]?.stringValue, let time = row["p50"]?.numberValue, let mine = ours[name]
        else { return nil }
        let what = [
            "validate": "arguments of 1 KB against their schema", "condition": "a decision by one condition in CEL",
            "decide": "a decision by rules on a path",
        ]
        // A schema is checked in native code there too: that one is a yardstick, not a goal to beat.
        return BenchmarkRow(
            name: "\(what[name] ?? name), p50", ours: mine, peer: peer, peers: time, goal: name == "validate" ? 8 : 1)
    }
}

/// One tool, one call, and an intent of a few rules or of one condition.
private struct ConditionBench {
    private let intent: CompiledIntent
    private let schema: CompiledSchema
    private let call: PolicyCall
    private let state = TaskState(startedAt: start)

    private static let start = Instant(secondsSince1970: 1_800_000_000)

    init(_ condition: String?) throws {
        let name = condition == nil ? "fs.write" : "git.push"
        let schema: JSON =
            condition == nil
            ? writeSchema
            : [
                "type": "object", "required": ["branch", "paths"],
                "properties": ["branch": ["type": "string"], "paths": ["type": "array", "items": ["type": "string"]]],
            ]
        let rules: JSON =
            if let condition {
                [["allow": .string(name), "when": .string(condition)]]
            } else {
                [
                    ["allow": .string(name), "args": ["path": ["under": ["Sources", "Tests"]]]],
                    ["deny": .string(name), "args": ["path": ["under": ["Sources/Vendor"]]]],
                ]
            }
        let tools = try benchTools([name], schema: schema)
        intent = try benchIntent(rules.encodedString(), tools: tools)
        self.schema = try CompiledSchema.compile(schema)
        call =
            condition == nil
            ? benchCall(
                name, ["path": "Sources/a/b.swift", "content": .string(String(repeating: "let x = 1\n", count: 100))],
                path: "Sources/a/b.swift")
            : benchCall(name, ["branch": "agent/fix-42", "paths": ["a", "b", "c"]])
    }

    func validate() { precondition(schema.accepts(call.arguments)) }

    func decide() { precondition(intent.decide(call, state: state, now: Self.start).effect == .allow) }

    /// The median of many, in microseconds.
    func measure(_ body: (Self) -> Void) -> Double {
        let clock = ContinuousClock()
        var times: [Duration] = []
        for round in 0..<5_500 {
            let time = clock.measure { body(self) }
            if round >= 500 { times.append(time) }
        }
        times.sort()
        return microseconds(times[times.count / 2])
    }
}
