import CSandbox
import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// Cold: everything is built for the call. Warm: it is served by a slot, which was moved into its group ahead.
@Suite("Where there are control groups, a call's limits hold for all its processes together")
struct CgroupTests {
    /// False for an ordinary user on version 1: `LauncherTests` says what holds then.
    private static let areThere = ControlGroups.here != nil
    private let cold: LaunchFixture
    private let warm: LaunchFixture

    init() throws {
        cold = try LaunchFixture()
        warm = try LaunchFixture(keepsTemplates: true)
    }

    /// Both ways; the second only once it is the second.
    private func both(
        _ script: String, _ profile: ResolvedProfile, _ check: (CallReport) -> Void
    ) async throws {
        check(try await cold.shell(script, profile: profile))
        for _ in 0..<3 {
            _ = try await warm.shell("true", profile: profile)
            check(try await warm.shell(script, profile: profile))
        }
    }

    /// `count` processes that each fill `megabytes`, and are there at once.
    private static func hoard(_ count: Int, _ megabytes: Int) -> String {
        "for i in $(seq \(count)); do python3 -c 'import time; x = b\"x\" * (\(megabytes) << 20); time.sleep(0.3)' & done; wait; "
            + "echo survived"
    }

    private static let small = LaunchFixture.groupedProfile {
        $0.limits.memory = ByteCount(128 << 20)
        $0.isolation.insert(.cgroup)
    }

    @Test(.enabled(if: areThere))
    func `many processes that are small by themselves die together, and it is said why`() async throws {
        try await both(Self.hoard(8, 40), Self.small) { report in
            #expect(report.end == .signalled(SIGKILL))
            #expect(report.violations.map(\.operation) == ["memory"], "\(report.violations)")
            #expect(report.violations.first?.detail.contains("\(128 << 20)") == true)
            #expect(!report.text.contains("survived"))
        }
        // The control: fewer of the same.
        try await both(Self.hoard(2, 20), Self.small) { report in
            #expect(report.end == .exited(0) && report.text == "survived\n", "\(report.errors)")
            #expect(report.violations.isEmpty)
        }
    }

    @Test(.enabled(if: areThere))
    func `what lies in scratch is memory too`() async throws {
        let profile = LaunchFixture.groupedProfile {
            $0.limits.memory = ByteCount(64 << 20)
            $0.tmp = ByteCount(512 << 20)
            $0.limits.fileSize = ByteCount(512 << 20)
        }
        try await both("head -c 200000000 /dev/zero >/tmp/x; echo survived", profile) { report in
            #expect(report.violations.map(\.operation) == ["memory"], "\(report.end) \(report.violations)")
        }
    }

    @Test(.enabled(if: areThere))
    func `address space that nobody uses is no memory`() async throws {
        let program = "import mmap; m = mmap.mmap(-1, 1 << 30, flags=mmap.MAP_PRIVATE | 0x4000); print(len(m))"
        try await both("python3 -c '\(program)'", Self.small) { report in
            #expect(report.text == "\(1 << 30)\n", "\(report.errors)")
        }
    }

    @Test(.enabled(if: areThere))
    func `a fork bomb is refused, counted, and touches no other call`() async throws {
        let profile = LaunchFixture.groupedProfile { $0.limits.processes = 8 }
        _ = try await warm.shell("true", profile: profile)
        async let bomb = warm.shell("for i in $(seq 40); do sleep 1 & done 2>/dev/null; wait", profile: profile)
        // Seven beside the shell fit, at the same time.
        let good = "for i in 1 2 3 4 5 6 7; do sleep 0.2 & done; wait; echo fine"
        for _ in 0..<3 {
            let report = try await warm.shell(good, profile: profile)
            #expect(report.text == "fine\n" && report.violations.isEmpty, "\(report.errors) \(report.violations)")
        }
        let report = try await bomb
        #expect(report.violations.map(\.operation) == ["processes"], "\(report.end) \(report.violations)")
        #expect(report.violations.first.map { $0.count > 0 } == true)
        let colder = try await cold.shell("for i in $(seq 40); do sleep 1 & done 2>/dev/null; wait", profile: profile)
        #expect(colder.violations.map(\.operation) == ["processes"])
    }

    @Test(.enabled(if: areThere))
    func `the peak is of all processes together, and none of a former call's is left in it`() async throws {
        let profile = LaunchFixture.groupedProfile { $0.limits.memory = ByteCount(512 << 20) }
        for fixture in [cold, warm] {
            for _ in 0..<4 {
                let large = try await fixture.shell(Self.hoard(3, 50), profile: profile)
                let most = try #require(large.resources?.group?.peakBytes)
                #expect(most > 150 << 20 && most <= 512 << 20, "\(most)")
                // One process by itself is seen as the third of it.
                #expect(large.resources?.peakBytes ?? 0 < 120 << 20)
                let small = try #require(try await fixture.shell("true", profile: profile).resources?.group?.peakBytes)
                #expect(small < 20 << 20, "\(small)")
            }
        }
    }

    @Test(.enabled(if: areThere))
    func `calls at once are in groups of their own, from their first instruction to their last`() async throws {
        let namespace = Self.link("/proc/self/ns/pid")
        for fixture in [cold, warm] {
            _ = try await fixture.shell("true", profile: LaunchFixture.groupedProfile())
            let calls = try await withThrowingTaskGroup(of: CallReport.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        try await fixture.run("/bin/sleep", ["1.\(number)77"], profile: LaunchFixture.groupedProfile())
                    }
                }
                var found: [Int: String] = [:]
                let deadline = ContinuousClock.now + .seconds(10)
                while found.count < 4, ContinuousClock.now < deadline {
                    for process in try RunningProcess.all() where process.name == "sleep" {
                        guard Self.link("/proc/\(process.pid)/ns/pid") != namespace,
                            let words = Self.text("/proc/\(process.pid)/cmdline"),
                            let number = (0..<4).first(where: { words.contains("1.\($0)77") })
                        else { continue }
                        found[number] = Self.text("/proc/\(process.pid)/cgroup")
                    }
                    usleep(2000)
                }
                let own = try #require(ControlGroupName.own()).text
                let groups = Set(found.values.compactMap { $0.split(separator: "\n").first { $0.contains(own) } })
                #expect(groups.count == 4, "\(found)")
                for lines in found.values {
                    let inOurs = lines.split(separator: "\n").count { $0.contains("/\(own)/") }
                    #expect(inOurs == (ControlGroups.here?.version == .one ? 2 : 1), "\(lines)")
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(calls.allSatisfy { $0.end == .exited(0) })
        }
        // This process did not stay in one of them.
        #expect(Self.text("/proc/self/cgroup")?.contains(ControlGroupName.prefix) == false)
        for thread in try Self.names("/proc/self/task") {
            #expect(Self.text("/proc/self/task/\(thread)/cgroup")?.contains(ControlGroupName.prefix) != true)
        }
    }

    @Test(.enabled(if: areThere))
    func `a call sees no group of the host, and has nothing to leave its own by`() async throws {
        let script = """
            cut -d: -f3 /proc/self/cgroup | sort -u
            ls -d /sys/fs/cgroup /sys 2>/dev/null
            mkdir -p /tmp/c; mount -t cgroup none /tmp/c 2>/dev/null && echo mounted
            mount -t cgroup2 none /tmp/c 2>/dev/null && echo mounted
            grep -c cgroup /proc/self/mounts
            unshare -C true 2>/dev/null && echo unshared
            true
            """
        try await both(script, LaunchFixture.groupedProfile()) { report in
            #expect(report.text == "/\n0\n", "\(report.errors)")
        }
        // The control: out here the same words find something.
        let outside = Command.run(["/bin/sh", "-c", "ls -d /sys/fs/cgroup; grep -c cgroup /proc/self/mounts"])
        #expect(outside.output.hasPrefix("/sys/fs/cgroup\n") && !outside.output.hasSuffix("\n0\n"))
    }

    @Test(.enabled(if: areThere))
    func `a thousand calls need no more groups and descriptors than ten`() async throws {
        func rush(_ count: Int) async throws {
            for fixture in [cold, warm] {
                for _ in 0..<count {
                    let report = try await fixture.run("/bin/true", profile: LaunchFixture.groupedProfile())
                    #expect(report.end == .exited(0) && report.resources?.group != nil)
                }
            }
        }
        try await rush(10)
        let groups = try #require(ControlGroups.here)
        let before = try (groups.count(), Self.names("/proc/self/fd").count)
        try await rush(500)
        // Those of calls whose agentbox-init is on its way out, and of other tests beside this one.
        #expect(try groups.count() <= before.0 + 12)
        #expect(try Self.names("/proc/self/fd").count <= before.1 + 60)
    }

    @Test(.enabled(if: areThere))
    func `a call that is killed leaves nobody in its group`() async throws {
        for fixture in [cold, warm] {
            for _ in 0..<3 {
                let report = try await fixture.shell(
                    "trap '' TERM; (setsid sleep 1000 &); sleep 1000", profile: LaunchFixture.groupedProfile()
                ) {
                    $0.time = .milliseconds(200)
                }
                #expect(report.end == .timedOut && report.resources?.group != nil)
            }
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while try RunningProcess.all().contains(where: {
            Self.text("/proc/\($0.pid)/cmdline")?.contains("1000") == true
                && Self.text("/proc/\($0.pid)/cgroup")?.contains(ControlGroupName.prefix) == true
        }) {
            try #require(ContinuousClock.now < deadline)
            usleep(1000)
        }
    }

    @Test func `who says READY is what the kernel says, whatever the message says`() async throws {
        var pair = try Descriptor.socketPair(.sequencedPacket)
        let ours = pair.takeFirst()
        let theirs = pair.takeSecond().shared()
        try ours.setNonblocking(true)
        let control = ControlSocket(ours.shared())
        try control.nameSenders(true)
        // Its value would be pid 1.
        var ready = message()
        ready.kind = MESSAGE_READY.rawValue
        ready.value = 1
        try withUnsafeBytes(of: ready) { try theirs.writeAll(Array($0)) }
        let (sender, hasCall) = try await control.readySender(until: .now + .seconds(5))
        #expect(sender == getpid() && hasCall)
        #expect(!control.isHungUp)
    }

    @Test func `a slot that goes before it is moved is no slot`() async throws {
        var pair = try Descriptor.socketPair(.sequencedPacket)
        let ours = pair.takeFirst()
        try ours.setNonblocking(true)
        let control = ControlSocket(ours.shared())
        try control.nameSenders(true)
        _ = pair.takeSecond()
        #expect(control.isHungUp)
        await #expect(throws: SystemError.self) { try await control.readySender(until: .now + .seconds(5)) }
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? Descriptor.open(path, O_RDONLY).readAll(limit: 1 << 16) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What a symbolic link says; empty if there is none.
    private static func link(_ path: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = readlink(path, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    private static func names(_ path: String) throws -> [String] {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY).names(atMost: .max).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
