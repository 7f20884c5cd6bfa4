import LinuxIO
import Testing

@testable import Sandbox

@Suite("Publications and mounted overlays exclude each other, in the order in which they came")
struct LayerGateTests {
    @Test("Overlays share the gate, a publication waits for them, and who comes later waits for it")
    func ordersWaiters() async throws {
        let gate = LayerGate()
        let first = try await gate.enterShared()
        let second = try await gate.enterShared()
        let order = Locked<[String]>([])
        let alone = Task {
            let pass = try await gate.enterAlone()
            order.withLock { $0.append("alone") }
            gate.leave(pass)
        }
        await gate.waitUntilWaiting(1)
        let late = Task {
            let pass = try await gate.enterShared()
            order.withLock { $0.append("late") }
            gate.leave(pass)
        }
        await gate.waitUntilWaiting(2)
        #expect(order.withLock { $0 } == [])
        gate.leave(first)
        #expect(order.withLock { $0 } == [])
        gate.leave(second)
        try await alone.value
        try await late.value
        #expect(order.withLock { $0 } == ["alone", "late"])
    }

    @Test("A cancelled waiter goes away and lets those behind it pass")
    func cancels() async throws {
        let gate = LayerGate()
        let held = try await gate.enterShared()
        let alone = Task { try await gate.enterAlone() }
        await gate.waitUntilWaiting(1)
        let shared = Task { try await gate.enterShared() }
        await gate.waitUntilWaiting(2)
        alone.cancel()
        await #expect(throws: CancellationError.self) { try await alone.value }
        gate.leave(try await shared.value)
        gate.leave(held)
        gate.leave(try await gate.enterAlone())
    }

    @Test("A task that is cancelled already does not enter")
    func refusesCancelled() async throws {
        let gate = LayerGate()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await gate.enterAlone()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        gate.leave(try await gate.enterAlone())
    }

    @Test("A thousand waiters all pass, never a publication beside anybody")
    func excludes() async throws {
        let gate = LayerGate()
        let inside = Locked((shared: 0, alone: 0, wrong: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let isAlone = number % 3 == 0
                    let pass = isAlone ? try await gate.enterAlone() : try await gate.enterShared()
                    inside.withLock { counts in
                        if isAlone { counts.alone += 1 } else { counts.shared += 1 }
                        if counts.alone > 1 || counts.alone == 1 && counts.shared > 0 { counts.wrong += 1 }
                    }
                    await Task.yield()
                    inside.withLock { if isAlone { $0.alone -= 1 } else { $0.shared -= 1 } }
                    gate.leave(pass)
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.withLock { $0.wrong } == 0)
    }
}

extension LayerGate {
    /// Yields until so many wait.
    func waitUntilWaiting(_ count: Int) async {
        while waitingCount < count { await Task.yield() }
    }
}
