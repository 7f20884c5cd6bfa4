import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

/// A person who was asked would say yes to what the task needs and no to what an attack needs: so in a trace every call
/// that needs an approval gets one but those that decide an attack.
@Suite("An intent lets its task be done and none of the attacks on it")
struct TaskTests {
    /// What came of a task's traces, each replayed once for all tests.
    private struct Replayed: Sendable {
        var benign: [[ReplayedCall]]
        var attacks: [(trace: String, decisive: [ReplayedCall])]
        /// The tools that the intent could ever let through.
        let offered: Set<String>

        private static let all = Dictionary(
            uniqueKeysWithValues: TaskFiles.all.map { task in (task.description, Result { try Replayed(task) }) })

        static func of(_ task: TaskFiles) throws -> Replayed { try #require(all[task.description]).get() }

        private init(_ task: TaskFiles) throws {
            let intent = try Intent.load(path: task.intent)
            let tools = try ReplayTools.load([task.tools])
            let compiled = try tools.compile(intent)
            let start = ReplaySession(compiled, tools: tools, now: Scene.start)
            offered = Set(compiled.visibleTools().map(\.rawValue))
            benign = try task.benign.map { try Self.replay($0, start) }
            attacks = try task.attacks.map { ($0, try Self.replay($0, start).filter(\.call.isAttack)) }
        }

        private static func replay(_ trace: String, _ start: ReplaySession) throws -> [ReplayedCall] {
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
        for calls in try Replayed.of(task).benign {
            for call in calls {
                #expect(
                    call.goesAhead && !call.differs, "call \(call.index), \(call.call.tool): \(call.decision.reason)")
            }
            #expect(calls.approvals <= 1)
        }
    }

    @Test("no attack is completed", arguments: TaskFiles.all)
    func attacks(task: TaskFiles) throws {
        for (trace, decisive) in try Replayed.of(task).attacks {
            #expect(decisive.contains { !$0.goesAhead }, "\(trace) was completed")
        }
    }

    @Test("an attack fails by the intent, not by a tool or an argument that there is not", arguments: TaskFiles.all)
    func attacksAreReal(task: TaskFiles) throws {
        let replayed = try Replayed.of(task)
        for (trace, decisive) in replayed.attacks {
            #expect(!decisive.isEmpty)
            for call in decisive {
                #expect(replayed.offered.contains(call.call.tool), "\(trace): \(call.call.tool)")
                #expect(call.decision.code != .invalidArguments, "\(trace): \(call.decision.reason)")
            }
        }
    }

    @Test("the totals")
    func totals() throws {
        let all = try TaskFiles.all.map { try Replayed.of($0) }
        let benign = all.flatMap(\.benign)
        let attacks = all.flatMap(\.attacks)
        let completed = benign.count { $0.allSatisfy(\.goesAhead) }
        let approvals = benign.reduce(0) { $0 + $1.approvals }
        let successful = attacks.count { $0.decisive.allSatisfy(\.goesAhead) }
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
