import CSandbox
import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@testable import Sandbox

/// What cannot be tried on every kernel is tried on texts and folders that were prepared: they say so.
@Suite("Groups are made beneath agentbox's own and nowhere else")
struct CgroupDetectionTests {
    private static let mounts = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
        36 31 0:33 / /sys/fs/cgroup/cpu,pids rw,relatime - cgroup cgroup rw,cpu,pids
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """
    private static let container = """
        41 31 0:38 /docker/a /sys/fs/cgroup ro,relatime - cgroup2 cgroup rw,nsdelegate
        """

    @Test(arguments: [
        // Text of /proc/self/cgroup, whether in the container, and what is found.
        ("8:cpu,pids:/a\n4:memory:/b/c\n0::/d", false, ["/sys/fs/cgroup/unified/d", "/sys/fs/cgroup/memory/b/c"]),
        ("4:memory:/\n0::/", false, ["/sys/fs/cgroup/unified"]),
        ("8:cpu,pids:/a\n4:memory:/b:c", false, ["/sys/fs/cgroup/memory/b:c"]),
        ("8:pids:/../x\n4:memory:/", false, []),
        ("0::/docker/a/b", true, ["/sys/fs/cgroup/b"]), ("0::/docker/a", true, ["/sys/fs/cgroup"]),
        ("0::/docker/ab", true, []), ("0::/../b", true, []), ("0::/docker/a (deleted)", true, []), ("", false, []),
    ])
    func `the own group is found in prepared texts`(groups: String, isContainer: Bool, expected: [String]) {
        let found = OwnControlGroup.candidates(groups: groups, mounts: isContainer ? Self.container : Self.mounts)
        #expect(found.map(\.memory) == expected)
    }

    @Test func `version 1 finds each controller in its own hierarchy`() {
        let found = OwnControlGroup.candidates(groups: "8:cpu,pids:/a\n4:memory:/b", mounts: Self.mounts)
        #expect(
            found == [
                .init(version: .one, memory: "/sys/fs/cgroup/memory/b", processes: "/sys/fs/cgroup/cpu,pids/a")
            ])
    }

    @Test func `a folder that is no group, a link, and one that others may write to are refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SystemError(call: "fstatfs", errno: EINVAL)) { try ControlGroupFolder.open(folder.path, .one) }
        #expect(symlink("/sys/fs/cgroup", folder("link")) == 0)
        #expect(throws: SystemError(call: "openat2", errno: ELOOP)) {
            try ControlGroupFolder.open(folder("link"), .two)
        }
        for (mode, isTrusted) in [(0o755, true), (0o775, false), (0o757, false)] as [(mode_t, Bool)] {
            let name = "m\(mode)"
            #expect(mkdir(folder(name), mode) == 0 && chmod(folder(name), mode) == 0)
            #expect(try Self.open(folder(name)).isTrustworthy() == isTrusted)
        }
    }

    @Test(.enabled(if: ControlGroups.here != nil))
    func `the group of this process is one, and of that version only`() throws {
        let parent = try #require(ControlGroups.here).parent
        let other: ControlGroupVersion = parent.version == .one ? .two : .one
        #expect(try ControlGroupFolder.open(parent.memory.path, parent.version).isWritable)
        #expect(throws: SystemError.self) { try ControlGroupFolder.open(parent.memory.path, other) }
    }

    @Test(arguments: [
        ("cpu memory pids", "memory pids", "1\n2", nil), ("memory pids", "", "", nil),
        ("cpu pids", "", "", "was not given the controller memory"),
        ("memory pids", "", "1", "holds other processes too"),
    ])
    func `version 2 is used where it is delegated: a prepared folder`(
        there: String, divided: String, members: String, problem: String?
    ) throws {
        let folder = try TemporaryFolder()
        try folder.write("cgroup.controllers", there + "\n")
        try folder.write("cgroup.subtree_control", divided + "\n")
        try folder.write("cgroup.procs", members + "\n")
        let found = try ControlGroupParent.undivided(try Self.open(folder.path))
        #expect(problem.map { found?.contains($0) == true } ?? (found == nil), "\(found ?? "")")
    }

    @Test func `counters are read by their names`() {
        let events = "low 0\nhigh 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 1"
        #expect(controlGroupCounter("oom_kill", in: events) == 3 && controlGroupCounter("max", in: events) == 12)
        #expect(controlGroupCounter("oom_kill", in: "oom_kill_disable 1\nunder_oom 0") == nil)
    }

    @Test func `a name says whose group it is`() throws {
        let own = try #require(ControlGroupName.own())
        #expect(ControlGroupName(own.text) == own && !own.isOwnerDead())
        // The same number, started at another time: somebody else.
        let former = ControlGroupName(namespace: own.namespace, process: own.process, started: own.started + 1)
        #expect(former.isOwnerDead())
        // Somebody in another pid namespace may live.
        #expect(!ControlGroupName(namespace: 1, process: own.process, started: 1).isOwnerDead())
        for text in [
            "agentbox-", "agentbox-1-2", "agentbox-1-2-3-4", "agentbox-01-2-3", "agentbox--1-2-3", "agentbox-1-x-3",
        ] {
            #expect(ControlGroupName(text) == nil)
        }
    }

    @Test(.enabled(if: ControlGroups.here?.version == .one))
    func `what a killed run left is removed, and nothing that holds somebody or is somebody's`() throws {
        let parent = try #require(ControlGroups.here).parent.processes
        let own = try #require(ControlGroupName.own())
        func name(_ ticks: UInt64) -> String {
            ControlGroupName(namespace: own.namespace, process: 1, started: ticks).text
        }
        let others = "agentbox-of-somebody-else"
        for text in [name(1), name(2), others] { _ = try parent.make(text).make("0") }
        defer {
            for text in [name(1), name(2), others] {
                (try? parent.child(text))?.remove("0")
                parent.remove(text)
            }
        }
        let sleeper = try HelperProcess(program: "/bin/sleep", ["1000"])
        let occupied = try parent.child(name(2)).child("0")
        try occupied.write(String(sleeper.identifier), to: "cgroup.procs")
        ControlGroupRun.removeDead(in: parent)
        let left = try Set(parent.children())
        #expect(!left.contains(name(1)) && left.isSuperset(of: [name(2), others]))
        #expect(try occupied.processes() == [sleeper.identifier])
        sleeper.kill()
        ControlGroupRun.removeDead(in: parent)
        #expect(try !parent.children().contains(name(2)))
    }

    /// A hierarchy of version 2 in which this process may make groups, with or without controllers.
    private static let unified: String? = {
        let mounts = (try? Descriptor.open("/proc/self/mounts", O_RDONLY).readAll(limit: 1 << 20)) ?? []
        for line in String(decoding: mounts, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 2, words[2] == "cgroup2" else { continue }
            if access(words[1] + "/cgroup.procs", W_OK) == 0 { return words[1] }
        }
        return nil
    }()

    @Test(.enabled(if: unified != nil))
    func `a process is born in a group of version 2, and need not be moved`() throws {
        let parent = try ControlGroupFolder.open(try #require(Self.unified), .two)
        let name = "agentbox-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let group = try parent.make(name)
        let path = try LaunchFixture.initPath()
        // The second is the control: without a group it is where this process is.
        for folder in [group.descriptor.raw, -1] {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            let theirs = pair.takeSecond().shared()
            var pid: Int32 = 0
            var pidfd: Int32 = -1
            #expect(cs_spawn_init(path, theirs.raw, folder, &pid, &pidfd) == 0)
            let process = Descriptor(owning: pidfd)
            let isIn = folder >= 0
            #expect(try group.processes().contains(pid) == isIn)
            let text = try Descriptor.open("/proc/\(pid)/cgroup", O_RDONLY).readAll(limit: 1 << 16)
            #expect(String(decoding: text, as: UTF8.self).contains(name) == isIn)
            // Its control socket ends, and so does it: it was executed.
            shutdown(pair.takeFirst().release(), Int32(SHUT_RDWR))
            var result = cs_exit()
            #expect(cs_pidfd_wait(process.raw, 1, &result) == Int32(CS_WAIT_REAPED.rawValue))
            #expect(result.status & 0x7f == 0 && result.status >> 8 != CS_SPAWN_FAILED)
        }
        #expect(parent.remove(name))
    }

    @Test func `doctor says what there is`() {
        let layer = ControlGroups.layer
        switch ControlGroups.shared {
        case .success: #expect(layer.state == .enforced && layer.detail.hasPrefix("version "))
        case .failure(let absence):
            #expect(layer.state == .optional && layer.detail.contains(absence.reason))
            #expect(layer.remedy?.contains("Delegate=yes") == true)
        }
    }

    /// Of any file system.
    private static func open(_ path: String) throws -> ControlGroupFolder {
        ControlGroupFolder(descriptor: try Descriptor.open(path, O_RDONLY | O_DIRECTORY).shared(), path: path)
    }
}
