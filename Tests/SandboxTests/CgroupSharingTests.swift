import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@testable import Sandbox

/// Groups beneath one that is itself limited, as a container's is.
@Suite(
    "A group is its own call's, and what happens to others is none of it",
    .enabled(if: ControlGroups.here?.version == .one), .timeLimit(.minutes(1)))
struct CgroupSharingTests {
    /// Runs `body` with groups that have `memory` bytes together.
    private static func withGroups(memory bytes: Int, _ body: (ControlGroups) async throws -> Void) async throws {
        let around = try #require(ControlGroups.here).parent
        let name = "agentbox-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let folders = try [around.memory, around.processes].map { try $0.make(name) }
        defer {
            for (parent, folder) in zip([around.memory, around.processes], folders) {
                for run in (try? folder.children()) ?? [] {
                    let groups = try? folder.child(run)
                    for group in (try? groups?.children()) ?? [] { groups?.remove(group) }
                    folder.remove(run)
                }
                parent.remove(name)
            }
        }
        try folders[0].write(String(bytes), to: "memory.limit_in_bytes")
        try await body(ControlGroups(ControlGroupParent(version: .one, memory: folders[0], processes: folders[1])))
    }

    /// A process that fills memory once it is in the group.
    private static func hoarder(_ megabytes: Int, in group: ControlGroup) throws -> HelperProcess {
        let script = "kill -STOP $$; exec python3 -c 'x = b\"x\" * (\(megabytes) << 20)'"
        let process = try HelperProcess(program: "/bin/sh", ["-c", script])
        var status: Int32 = 0
        #expect(waitpid(process.identifier, &status, WUNTRACED) == process.identifier && status & 0xff == 0x7f)
        try group.join(process.identifier)
        kill(process.identifier, SIGCONT)
        return process
    }

    @Test func `who fills what all groups have together ends nobody else's call`() async throws {
        try await Self.withGroups(memory: 96 << 20) { groups in
            let (bomb, bystander) = (try groups.take(), try groups.take())
            for held in [bomb, bystander] { try held.group.limit(memory: 256 << 20, processes: 16) }
            let isTold = Locked(false)
            bystander.group.onExhaustion { isTold.withLock { $0 = true } }
            defer { bystander.group.onExhaustion(nil) }
            let process = try Self.hoarder(200, in: bomb.group)
            #expect(process.wait() & 0x7f == SIGKILL)
            #expect(try bomb.group.use().isMemoryExhausted)
            #expect(try !bystander.group.use().isMemoryExhausted)
            #expect(!isTold.withLock { $0 })
        }
    }

    @Test func `who meets its own limit is told of`() async throws {
        try await Self.withGroups(memory: 512 << 20) { groups in
            let held = try groups.take()
            try held.group.limit(memory: 64 << 20, processes: 16)
            let (told, tell) = AsyncStream<Void>.makeStream()
            held.group.onExhaustion { tell.yield() }
            defer { held.group.onExhaustion(nil) }
            let process = try Self.hoarder(200, in: held.group)
            var iterator = told.makeAsyncIterator()
            #expect(await iterator.next() != nil)
            #expect(process.wait() & 0x7f == SIGKILL)
            #expect(try held.group.use().memoryLimit == 64 << 20)
        }
    }

    @Test func `a limit above what there is is cut to three quarters of it`() async throws {
        try await Self.withGroups(memory: 64 << 20) { groups in
            #expect(groups.mostMemory == 48 << 20)
            let limits = CallLimits(LaunchFixture.groupedProfile().limits, memory: nil)
            let held = try groups.take()
            try limits.bind(held, own: 1)
            #expect(try held.group.use().memoryLimit == 48 << 20)
        }
    }

    @Test func `a group goes to the next call once it is empty, with nothing of the last in its counters`() async throws
    {
        try await Self.withGroups(memory: 512 << 20) { groups in
            var held: HeldControlGroup? = try groups.take()
            let first = try #require(held).group
            let process = try Self.hoarder(100, in: first)
            process.wait()
            #expect(try #require(first.use().peakBytes) > 100 << 20)
            let lingering = try HelperProcess(program: "/bin/sleep", ["1000"])
            try first.join(lingering.identifier)
            held = nil
            // Somebody is in it: the next call gets another.
            var second: HeldControlGroup? = try groups.take()
            #expect(second?.group !== first)
            second = nil
            // It ended, and nobody has waited for it: no list names it, but it counts among the processes.
            Glibc.kill(lingering.identifier, SIGKILL)
            var ended = siginfo_t()
            #expect(waitid(P_PID, id_t(lingering.identifier), &ended, WEXITED | WNOWAIT) == 0)
            var both = try [groups.take(), groups.take()]
            #expect(!both.contains { $0.group === first })
            both = []
            lingering.kill()
            let all = try [groups.take(), groups.take(), groups.take()]
            #expect(all.contains { $0.group === first })
            #expect(try #require(first.use().peakBytes) < 10 << 20)
            #expect(try groups.count() == 3)
        }
    }
}
