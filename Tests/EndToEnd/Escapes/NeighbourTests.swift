import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("One call of a run finds nothing of another")
struct NeighbourTests {
    /// What a call tries while another one is there, and after it.
    static let attempts = [
        "files-of-another-call", "names-of-another-call", "lock-of-another-call",
        "find-processes-in-proc", "find-processes-by-signal", "find-processes-by-pidfd", "find-processes-by-priority",
        "find-processes-by-group", "find-processes-by-policy", "sysv-shared-memory", "posix-message-queue",
    ]
    /// Both calls may read the file, so both may lock it: a lock is the file's, and says no more than that it is there.
    static let known = "lock-of-another-call"

    static let words = attempts.flatMap { ["--only", $0] }

    @Test("served from one template, at once and one after the other", arguments: Person.possible)
    func calls(person: Person) throws {
        let scene = try EscapeScene(person)
        let mark = "mark-\(UInt64.random(in: .min ... .max))"
        let run = try scene.startRun(
            """
            until agentbox call probe.pure --json '{"options":["--about"]}' | grep -q 'OfProc.*:2'; do :; done
            agentbox call probe.pure --json '{"options":["--occupy","--trail","\(mark)"]}' >/dev/null & other=$!
            until test -e "$SHOWN/go"; do sleep 0.01; done
            agentbox call probe.pure --json "$ARGUMENTS"
            kill $other; wait $other
            agentbox call probe.pure --json "$ARGUMENTS"
            """, ["ARGUMENTS": scene.arguments(.template, Self.words)])
        // As many as `pure` lets it have: the other's are counted apart.
        #expect(Processes.wait(until: 16, haveArgument: mark), "the other call does not run")
        try scene.show("go")
        let together = try EscapeScene.attempts(of: try JSON(parsing: try #require(try run.line())))
        let after = try EscapeScene.attempts(of: try JSON(parsing: try #require(try run.line())))
        #expect(run.wait() == 0)
        for attempt in together where attempt.name != Self.known {
            #expect(attempt.result == .refused, "at once, as \(person): \(attempt)")
        }
        for attempt in after { #expect(attempt.result == .refused, "afterwards, as \(person): \(attempt)") }
        #expect(together.map(\.name).sorted() == Self.attempts.sorted() && after.count == together.count)
        #expect(together.first { $0.name == Self.known }?.result == .succeeded, "locks no longer tell: say so")
    }

    @Test("outside two processes find each other", arguments: Person.possible)
    func control(person: Person) throws {
        let scene = try EscapeScene(person)
        let mark = "mark-\(UInt64.random(in: .min ... .max))"
        let words = scene.occupantOutside(mark)
        let other = try HelperProcess(program: words[0], Array(words.dropFirst()))
        #expect(Processes.wait(until: 3, haveArgument: mark))
        let found = try scene.outside(Self.words)
        Processes.kill(withArgument: mark)
        _ = other.wait()
        unlink("/tmp/left-by-another-call")
        unlink("/dev/shm/left-by-another-call")
        for path in ["/run/left-by-another-call", "/dev/left-by-another-call"] where person == .root { unlink(path) }
        for attempt in found {
            #expect(attempt.result == .succeeded, "no control as \(person): \(attempt)")
        }
        #expect(found.count == Self.attempts.count)
    }
}
