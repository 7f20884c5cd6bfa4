import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

@Suite("A call runs in a box of its own and leaves nothing behind")
struct LauncherTests {
    private let fixture: LaunchFixture

    init() throws { fixture = try LaunchFixture() }

    @Test func `a program's exit status, output and errors come back`() async throws {
        #expect(try await fixture.run("/bin/true").end == .exited(0))
        let report = try await fixture.shell("echo out; echo err >&2; exit 7")
        #expect(report.end == .exited(7))
        #expect(report.text == "out\n")
        #expect(report.errors == "err\n")
        #expect(!report.isOutputTruncated && report.violations.isEmpty)
    }

    @Test func `input arrives whole and ends`() async throws {
        let input = Array("first line\n".utf8) + [UInt8](repeating: 120, count: 300_000)
        let report = try await fixture.run("/bin/cat") {
            $0.input = input
        }
        #expect(report.output == input)
        #expect(try await fixture.run("/bin/cat").output.isEmpty)
    }

    @Test func `a call is nobody, with no power`() async throws {
        let report = try await fixture.shell("id -u; id -g; id -G; grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status")
        let lines = report.text.split(separator: "\n").map(String.init)
        try #require(lines.count == 10, "\(report.text)\(report.errors)")
        #expect(lines[0] == "1000" && lines[1] == "1000")
        for name in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(lines.contains("\(name):\t0000000000000000"), "\(lines)")
        }
        #expect(lines.contains("NoNewPrivs:\t1") && lines.contains("Seccomp:\t2"))
    }

    @Test func `a signal that ends it is told apart from an exit`() async throws {
        #expect(try await fixture.shell("kill -TERM $$").end == .signalled(SIGTERM))
    }

    @Test func `beyond its time a call is killed, whatever it ignores and whoever it forked`() async throws {
        let start = ContinuousClock.now
        let report = try await fixture.shell("trap '' TERM INT HUP; (setsid sleep 1000 &); sleep 1000") {
            $0.time = .milliseconds(300)
        }
        #expect(report.end == .timedOut)
        #expect(report.violations.map(\.operation) == ["time"])
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test func `what a call left running is gone with it`() async throws {
        let report = try await fixture.shell("(setsid sleep 1000 >/dev/null 2>&1 &) ; echo done")
        #expect(report.end == .exited(0))
        #expect(report.duration < .seconds(5))
    }

    @Test func `cancelling the task kills the call`() async throws {
        let call = try fixture.call("/bin/sh", ["-c", "echo started; sleep 1000"])
        let task = Task { [launcher = fixture.launcher] in try await launcher.run(call) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(try await task.value.end == .cancelled)
    }

    @Test func `a flood of output ends the call, a flood of errors is cut`() async throws {
        let flood = try await fixture.shell("yes") { $0.output = ByteCount(10_000) }
        #expect(flood.end == .outputLimit)
        #expect(flood.output.count == 10_000 && flood.isOutputTruncated)
        #expect(flood.violations.map(\.operation) == ["output"])
        let errors = try await fixture.shell("yes | head -c 1000000 >&2; echo end")
        #expect(errors.end == .exited(0) && errors.text == "end\n")
        #expect(errors.isErrorOutputTruncated && errors.errorOutput.count == 256 << 10)
    }

    @Test func `the environment is made from nothing`() async throws {
        setenv("AGENTBOX_TEST_SECRET", "leak", 1)
        setenv("AGENTBOX_TEST_PASSED", "yes", 1)
        let profile = LaunchFixture.profile {
            $0.pass = ["AGENTBOX_TEST_PASSED", "AGENTBOX_TEST_ABSENT"]
            $0.set = [("A", "profile"), ("B", "profile")]
        }
        let report = try await fixture.run("/usr/bin/env", profile: profile) { $0.environment = [("B", "call")] }
        let lines = Set(report.text.split(separator: "\n").map(String.init))
        #expect(lines == ["A=profile", "AGENTBOX_TEST_PASSED=yes", "B=call", "PATH=\(CallEnvironment.defaultPath)"])
    }

    @Test func `no descriptor of the host gets in`() async throws {
        // Planted without close-on-exec, as a library might.
        let planted = open("/etc/hostname", O_RDONLY)
        defer { close(planted) }
        let report = try await fixture.run("/bin/ls", ["/proc/self/fd"])
        #expect(report.text == "0\n1\n2\n3\n", "\(report.errors)")
    }

    @Test func `the host's descriptors and children are as many after many calls as before`() async throws {
        _ = try await fixture.run("/bin/true")
        let before = try openDescriptors()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        let end = try await fixture.run("/bin/true").end
                        #expect(end == .exited(0))
                    }
                }
            }
            try await group.waitForAll()
        }
        // Other tests run beside this one and hold a few.
        #expect(try openDescriptors() < before + 60)
        // An init that is on its way out is reaped in the background.
        let deadline = ContinuousClock.now + .seconds(10)
        while try children() > 0, ContinuousClock.now < deadline {
            await Reactor.shared.sleep(until: .now + .milliseconds(10))
        }
        #expect(try children() == 0)
    }

    @Test func `many calls at once all come to their end`() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<60 {
                group.addTask { try await fixture.shell("echo \(number)").text }
            }
            let lines = try await group.reduce(into: Set<String>()) { $0.insert($1) }
            #expect(lines.count == 60)
        }
    }

    @Test func `an agent's process keeps the descriptors that it is given, and gets signals`() async throws {
        var pair = try Descriptor.pipe()
        let output = pair.takeFirst().shared()
        var box = ConfinedSpecification(
            profile: LaunchFixture.profile(), identity: fixture.identity,
            executable: VerifiedExecutable(try Descriptor.open("/bin/sh", pathOnly).shared(), name: "sh"),
            arguments: ["-c", "trap 'echo caught; exit 3' INT; pwd; while :; do sleep 0.05; done"])
        box.output = pair.takeSecond().shared()
        box.home = "/home/agent"
        box.directory = "/home/agent"
        box.refusesTCP = false
        let process = try await fixture.launcher.start(box)
        box.output = nil
        try output.setNonblocking(true)
        #expect(try await line(output) == "/home/agent\n")
        process.signal(SIGINT)
        #expect(try await line(output) == "caught\n")
        #expect(try await process.wait().cause == .exited(3))
    }

    private func line(_ pipe: SharedDescriptor) async throws -> String {
        _ = try await Reactor.shared.waitReadable(pipe, until: .now + .seconds(10))
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = try bytes.withUnsafeMutableBytes { try pipe.read(into: $0) } ?? 0
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func `a program that cannot be started is an error that says why`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("broken", "no program", mode: 0o755)
        await #expect(throws: SandboxError(.setupFailed, "")) { try await fixture.run(path) }
        await #expect(throws: SandboxError(.invalidSpecification, "")) {
            try await fixture.run("/bin/echo", ["a\0b"])
        }
    }

    @Test func `a profile that requires control groups is held by one, or refused with what to do`() async throws {
        let profile = LaunchFixture.profile { $0.isolation.insert(.cgroup) }
        guard case .failure(let absence) = ControlGroups.shared else {
            #expect(try await fixture.run("/bin/true", profile: profile).resources?.group != nil)
            // Nobody has to ask.
            #expect(try await fixture.run("/bin/true").resources?.group != nil)
            return
        }
        await #expect {
            try await fixture.run("/bin/true", profile: profile)
        } throws: { error in
            let error = error as? SandboxError
            return error?.code == "layer-missing" && error?.message.contains(absence.reason) == true
                && error?.remedy?.contains("`isolation`") == true
        }
        // Without the requirement each process is bound by itself, and the report says so.
        let report = try await fixture.shell("ulimit -v", profile: LaunchFixture.profile())
        #expect(report.resources?.group == nil && report.text == "\(1 << 20)\n")
    }

    @Test func `python runs`() async throws {
        let path = "/usr/bin/python3"
        guard access(path, X_OK) == 0 else {
            print("skipped: no \(path)")
            return
        }
        let report = try await fixture.run(path, ["-c", "import json; print(json.dumps({'a': 1}))"])
        #expect(report.text == "{\"a\": 1}\n", "\(report.errors)")
    }

    private func openDescriptors() throws -> Int {
        let directory = try #require(opendir("/proc/self/fd"))
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }

    /// Children of this process that have ended and were not reaped.
    private func children() throws -> Int {
        // Servers that other tests use are children of this process, too.
        try RunningProcess.all().count { $0.parent == getpid() && $0.name == "agentbox-init" }
    }
}
