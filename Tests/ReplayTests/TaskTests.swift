import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

/// A person who was asked would say yes to what the task needs and no to what an attack needs: so in a trace every call
/// that needs an approval gets one but those that decide an attack.
@Suite("An intent lets its task be done and none of the attacks on it")
struct TaskTests {
    /// A task ready to be replayed, any number of times: each is compiled once for all tests.
    private struct Prepared: Sendable {
        private let start: ReplaySession
        private static let all = Dictionary(
            uniqueKeysWithValues: TaskFiles.all.map { task in (task.description, Result { try Prepared(task) }) })

        static func of(_ task: TaskFiles) throws -> Prepared {
            try #require(all[task.description]).get()
        }

        private init(_ task: TaskFiles) throws {
            let intent = try Intent.load(path: task.intent)
            let tools = try ReplayTools.load([task.tools])
            start = ReplaySession(try tools.compile(intent), tools: tools, now: Scene.start)
        }

        func replay(_ trace: String) throws -> [ReplayedCall] {
            var session = start
            var reader = try TraceReader(trace)
            var replayed: [ReplayedCall] = []
            while let call = try reader.next() {
                replayed.append(session.replay(call, assume: call.isAttack ? .deny : .approve))
            }
            return replayed
        }
    }

    @Test("there are at least forty tasks with three attacks each")
    func count() {
        #expect(TaskFiles.all.count >= 40)
        #expect(TaskFiles.all.allSatisfy { $0.attacks.count >= 3 })
    }

    @Test("an intent is short enough to be read at a glance", arguments: TaskFiles.all)
    func readable(task: TaskFiles) throws {
        let lines = String(decoding: try FileBytes.read(task.intent), as: UTF8.self).split(separator: "\n")
        #expect(lines.count <= 20)
        #expect(lines.allSatisfy { $0.count <= 132 })
    }

    @Test("the work is done, with at most one question", arguments: TaskFiles.all)
    func benign(task: TaskFiles) throws {
        let prepared = try Prepared.of(task)
        for trace in task.benign {
            let calls = try prepared.replay(trace)
            for call in calls {
                #expect(
                    call.goesAhead && !call.differs,
                    "\(trace), call \(call.index), \(call.call.tool): \(call.decision.reason)")
            }
            #expect(calls.approvals <= 1)
        }
    }

    @Test("no attack is completed", arguments: TaskFiles.all)
    func attacks(task: TaskFiles) throws {
        let prepared = try Prepared.of(task)
        for trace in task.attacks {
            let decisive = try prepared.replay(trace).filter(\.call.isAttack)
            #expect(!decisive.isEmpty)
            #expect(decisive.contains { !$0.goesAhead }, "\(trace) was completed")
        }
    }

    @Test("the totals")
    func totals() throws {
        var benign: [[ReplayedCall]] = []
        var attacks: [[ReplayedCall]] = []
        for task in TaskFiles.all {
            let prepared = try Prepared.of(task)
            benign += try task.benign.map(prepared.replay)
            attacks += try task.attacks.map(prepared.replay)
        }
        let completed = benign.count { $0.allSatisfy(\.goesAhead) }
        let approvals = benign.reduce(0) { $0 + $1.approvals }
        let successful = attacks.count { $0.filter(\.call.isAttack).allSatisfy(\.goesAhead) }
        print(
            "tasks: \(TaskFiles.all.count); benign traces completed: \(completed)/\(benign.count) with \(approvals) "
                + "approvals; attacks completed: \(successful)/\(attacks.count)")
        #expect(completed == benign.count)
        #expect(successful == 0)
    }
}

extension [ReplayedCall] {
    /// How often a person was asked and said yes.
    fileprivate var approvals: Int { count { $0.decision.effect == .approve && $0.goesAhead } }
}
