import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

/// A person who was asked would say yes to what the task needs and no to what an attack needs: so in a trace every call
/// that needs an approval gets one but those that decide an attack.
@Suite("An intent lets its task be done and none of the attacks on it")
struct TaskTests {
    private struct Outcome {
        var replayed: [ReplayedCall] = []
        var approvals: Int { replayed.count { $0.decision.effect == .approve && $0.goesAhead } }
    }

    private static func replay(_ trace: String, of task: TaskFiles) throws -> Outcome {
        let intent = try Intent.load(path: task.intent)
        let tools = try ReplayTools.load([task.tools])
        var session = ReplaySession(try tools.compile(intent), tools: tools, now: Scene.start)
        var reader = try TraceReader(trace)
        var outcome = Outcome()
        while let call = try reader.next() {
            outcome.replayed.append(session.replay(call, assume: call.isAttack ? .deny : .approve))
        }
        return outcome
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
        for trace in task.benign {
            let outcome = try Self.replay(trace, of: task)
            for replayed in outcome.replayed {
                #expect(
                    replayed.goesAhead && !replayed.differs,
                    "\(trace), call \(replayed.index), \(replayed.call.tool): \(replayed.decision.reason)")
            }
            #expect(outcome.approvals <= 1)
        }
    }

    @Test("no attack is completed", arguments: TaskFiles.all)
    func attacks(task: TaskFiles) throws {
        for trace in task.attacks {
            let decisive = try Self.replay(trace, of: task).replayed.filter(\.call.isAttack)
            #expect(!decisive.isEmpty)
            #expect(decisive.contains { !$0.goesAhead }, "\(trace) was completed")
        }
    }

    @Test("the totals")
    func totals() throws {
        var benign = 0
        var completed = 0
        var approvals = 0
        var attacks = 0
        var successful = 0
        for task in TaskFiles.all {
            for trace in task.benign {
                let outcome = try Self.replay(trace, of: task)
                benign += 1
                if outcome.replayed.allSatisfy(\.goesAhead) { completed += 1 }
                approvals += outcome.approvals
            }
            for trace in task.attacks {
                let outcome = try Self.replay(trace, of: task)
                attacks += 1
                if outcome.replayed.filter(\.call.isAttack).allSatisfy(\.goesAhead) { successful += 1 }
            }
        }
        print(
            "tasks: \(TaskFiles.all.count); benign traces completed: \(completed)/\(benign) with \(approvals) approvals; "
                + "attacks completed: \(successful)/\(attacks)")
        #expect(completed == benign)
        #expect(successful == 0)
    }
}
