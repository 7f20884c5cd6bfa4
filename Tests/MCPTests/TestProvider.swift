import LinuxIO
import StrictJSON

@testable import MCP

/// Tools that do what a test needs.
final class TestProvider: ToolProvider {
    private let listed: [MCPTool]
    /// How often `wait` began, was cancelled, and how often any call ended.
    let began = Counter()
    let cancelled = Counter()
    let ended = Counter()
    /// `tools()` and the tool `held` wait for it.
    let gate: Latch

    init(_ tools: [MCPTool]? = nil, gate: Latch = Latch(open: true)) {
        listed = tools ?? ["echo", "wait", "steps", "deny", "typed", "held"].map(Self.tool)
        self.gate = gate
    }

    static func tool(_ name: String) -> MCPTool {
        MCPTool(
            name: name, description: "The tool \(name).", inputSchema: ["type": "object"],
            outputSchema: name == "typed" ? ["type": "object", "required": ["value"]] : nil)
    }

    func tools() async -> [MCPTool] {
        await gate.wait()
        return listed
    }

    func call(
        _ name: String, arguments: JSON, context: MCPCallContext
    ) async throws(MCPError) -> MCPToolResult {
        defer { ended.increment() }
        switch name {
        case "echo": return .structured(arguments)
        case "wait":
            began.increment()
            await Reactor.shared.sleep(until: .now + .seconds(600))
            cancelled.increment()
            context.progress.report(99, "after the end")
            return .text("this is never sent")
        case "steps":
            for step in 1...(arguments["count"]?.integerValue ?? 3) {
                context.progress.report(Double(step), of: 10, "step \(step)")
            }
            context.progress.report(1, "back again")
            return .text(context.progress.isWanted ? "watched" : "unwatched")
        case "deny", "typed": return .denied("no rule allows this", reason: ["effect": "deny"])
        case "held":
            began.increment()
            await context.progress.whileRunning(every: .milliseconds(5), body: { await gate.wait() })
            return .text("held")
        case "bytes": return .text(String(repeating: "x", count: Int(arguments["count"]?.integerValue ?? 0)))
        case "client": return .text("\(context.client?.name ?? "nobody") \(context.version.rawValue)")
        case "fault": throw .internalError("the disk is full")
        default: throw .unknownTool(name)
        }
    }
}

/// A number that tests wait for.
final class Counter: Sendable {
    private let state = Locked<(value: Int, waiters: [(Int, CheckedContinuation<Void, Never>)])>((0, []))

    var value: Int { state.withLock { $0.value } }

    func increment() {
        let due = state.withLock { state in
            state.value += 1
            let value = state.value
            let due = state.waiters.filter { $0.0 <= value }
            state.waiters.removeAll { $0.0 <= value }
            return due
        }
        for (_, waiter) in due { waiter.resume() }
    }

    func reaches(_ value: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.value >= value { return true }
                state.waiters.append((value, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }
}

/// A door that opens once.
final class Latch: Sendable {
    private let opened: Counter

    init(open: Bool = false) {
        opened = Counter()
        if open { opened.increment() }
    }

    func open() { opened.increment() }

    func wait() async { await opened.reaches(1) }
}
