import CSandbox
import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// Real refusals, of real programs, as the kernel's audit tells them. What is switched on for it is switched off again.
@Suite("What Landlock refuses a call is reported with the call, where the audit may be read", .serialized)
struct KernelAuditTests {
    private static let python = "/usr/bin/python3"

    /// Runs `body` with the audit on, and a launcher that reads it.
    private func withAudit(
        keepsTemplates: Bool = false, _ body: (AuditSwitch, Launcher, KernelAudit) async throws -> Void
    ) async throws {
        try await AuditSwitch.on { host in
            let audit = try KernelAudit.open(patience: .seconds(5))
            defer { audit.close() }
            let launcher = Launcher(
                LaunchPermit(), initPath: try LaunchFixture.initPath(), filters: try FilterCache(folder: nil),
                hidden: [],
                keepsTemplates: keepsTemplates, audit: { audit })
            try await body(host, launcher, audit)
        }
    }

    private func call(
        _ script: String, _ edit: (inout CallSpecification) throws -> Void = { _ in }
    ) throws -> CallSpecification {
        let prelude = """
            import ctypes, errno, os, sys, threading, time
            c = ctypes.CDLL(None, use_errno=True)
            def refused(path, flags=os.O_RDONLY):
                try: os.close(os.open(path, flags))
                except PermissionError: return
                raise SystemExit(path + ' was opened')

            """
        let profile = LaunchFixture.profile { $0.allow += ["@sandbox", "prctl"] }
        return try LaunchFixture().call(Self.python, ["-S", "-c", prelude + script], profile: profile) {
            $0.time = .seconds(60)
            try edit(&$0)
        }
    }

    private func refusals(_ report: CallReport) -> [Violation] { report.violations.filter { $0.layer == "landlock" } }

    @Test(arguments: [false, true])
    func `a refusal is named with its system call, arguments, path, errno and count`(keepsTemplates: Bool) async throws
    {
        try await withAudit(keepsTemplates: keepsTemplates) { _, launcher, audit in
            #expect(audit.isWhole)
            for round in 0..<3 {
                let report = try await launcher.run(
                    try call("for i in range(3): refused('/', os.O_RDONLY | os.O_DIRECTORY)\nos.mkdir('/tmp/a')"))
                #expect(report.end == .exited(0), "\(report.errors)")
                let one = try #require(refusals(report).first, "round \(round): \(report.violations)")
                #expect(refusals(report).count == 1 && one.operation == "openat" && one.path == "/" && one.count == 3)
                #expect(one.arguments == ["O_RDONLY|O_DIRECTORY|O_CLOEXEC"] && one.error == "EACCES")
                #expect(one.rights == ["fs.read_dir"])
                #expect(report.unreported == [])
            }
            // The control: what is refused nothing is said to have been refused nothing.
            let quiet = try await launcher.run(try call("print('x')"))
            #expect(refusals(quiet).isEmpty && quiet.unreported == [] && quiet.text == "x\n", "\(quiet.violations)")
        }
    }

    @Test func `a program that may not be executed, and one that was killed, are reported`() async throws {
        try await withAudit { _, launcher, _ in
            let report = try await launcher.run(
                try call(
                    """
                    open('/tmp/x', 'w').write('#!/bin/sh\\n'); os.chmod('/tmp/x', 0o700)
                    refused('/')
                    if os.fork() == 0:
                        os.setsid()
                        while True: time.sleep(1)
                    os.kill(os.getpid(), 9)
                    """))
            #expect(report.end == .signalled(SIGKILL))
            #expect(refusals(report).map(\.path) == ["/"] && report.unreported == [])
            let late = try await launcher.run(try call("refused('/'); time.sleep(60)") { $0.time = .seconds(1) })
            #expect(late.end == .timedOut)
            #expect(refusals(late).map(\.path) == ["/"])
        }
    }

    /// Files of names that hold fields of a record, beside the one that is granted.
    @Test func `forged names stay names`() async throws {
        try await withAudit { _, launcher, _ in
            let folder = try TemporaryFolder()
            let name = "x\" domain=1 blockers=ptrace path=\"/etc/shadow\" ino=1"
            try folder.write("workspace/" + name, "secret")
            try folder.write("workspace/plain", "plain")
            try folder.write("workspace/\u{1b}[2J\n", "odd")
            try folder.write("workspace/granted", "granted")
            try folder.folder("home", mode: 0o700)
            chmod(folder.path, 0o755)
            let workspace = try WorkspaceRoot(folder("workspace"), home: folder("home"))
            let call = try call(
                """
                c.prctl(15, b'comm="abc" pid=1', 0, 0, 0)
                for name in sorted(os.environ['NAMES'].split('|')): refused('/workspace/' + name)
                """
            ) {
                $0.workspace = workspace
                $0.grants = [
                    ResolvedGrant(
                        word: .read, path: try workspace.resolve("granted", for: .read), program: nil, gitPart: nil)
                ]
                $0.profile.workspace = .granted
                $0.environment = [("NAMES", name + "|plain|\u{1b}[2J\n")]
            }
            let report = try await launcher.run(call)
            #expect(report.end == .exited(0), "\(report.errors)")
            let expected: Set = ["/workspace/" + name, "/workspace/plain", "/workspace/\u{1b}[2J\n"]
            // Python looks for modules where it was started.
            let named = refusals(report).filter { $0.path != "/workspace" }
            #expect(Set(named.compactMap(\.path)) == expected, "\(report.violations)")
            #expect(named.allSatisfy { $0.rights == ["fs.read_file"] && $0.operation == "openat" })
            #expect(report.unreported == [])
        }
    }

    @Test(arguments: [false, true])
    func `of two calls at once each is told its own, and of many nobody is told another's`(
        keepsTemplates: Bool
    ) async throws {
        try await withAudit(keepsTemplates: keepsTemplates) { _, launcher, _ in
            try await withThrowingTaskGroup(of: (Int, CallReport).self) { group in
                for number in 1...12 {
                    let call = try call("for i in range(\(number)): refused('/')\ntime.sleep(0.05)\nrefused('/')")
                    group.addTask { (number, try await launcher.run(call)) }
                }
                for try await (number, report) in group {
                    #expect(report.end == .exited(0), "\(report.errors)")
                    #expect(refusals(report).map(\.count) == [UInt64(number + 1)], "\(number): \(report.violations)")
                    #expect(report.unreported == [])
                }
            }
        }
    }

    /// What it refuses itself is no refusal of ours; what we refuse it stays one.
    @Test func `a tool that restricts itself further does not pass its own refusals for the call's`() async throws {
        try await withAudit { _, launcher, _ in
            let report = try await launcher.run(
                try call(
                    """
                    import struct
                    refused('/')
                    os.mkdir('/tmp/a'); open('/tmp/a/mine', 'w').close()
                    def restrict(flags):
                        attributes = struct.pack('Q', 0xc | 0x2)
                        ruleset = c.syscall(444, attributes, 8, 0)
                        answer = c.syscall(446, ruleset, flags)
                        if answer: print('not restricted', ctypes.get_errno())
                        os.close(ruleset)
                    restrict(0)
                    refused('/tmp/a/mine')
                    restrict(2)
                    refused('/tmp/a/mine')
                    # By the layer of both.
                    refused('/')
                    """))
            #expect(report.end == .exited(0) && report.text == "", "\(report.text) \(report.errors)")
            #expect(!refusals(report).contains { $0.path != "/" }, "\(report.violations)")
            #expect(refusals(report).count == 1)
        }
    }

    @Test func `a flood ends, is told in part and said to be, and the next call is told whole`() async throws {
        try await withAudit { _, launcher, _ in
            let start = ContinuousClock.now
            let report = try await launcher.run(
                try call(
                    """
                    def flood():
                        for i in range(20000):
                            try: os.open('/', os.O_RDONLY | (i % 200) << 24)
                            except OSError: pass
                    threads = [threading.Thread(target=flood) for i in range(2)]
                    for thread in threads: thread.start()
                    for thread in threads: thread.join()
                    """))
            #expect(report.end == .exited(0), "\(report.errors)")
            #expect((AuditCorrelation.kept...2 * AuditCorrelation.kept).contains(refusals(report).count))
            #expect(report.unreported == [.landlock])
            #expect(ContinuousClock.now - start < .seconds(50))
            var next = try await launcher.run(try call("refused('/')"))
            // A call that begins while the kernel still writes of the last one may miss something, and says so.
            while next.unreported != [], ContinuousClock.now - start < .seconds(50) {
                next = try await launcher.run(try call("refused('/')"))
            }
            #expect(
                refusals(next).map(\.count) == [1] && next.unreported == [], "\(next.violations) \(next.unreported)")
        }
    }

    @Test func `records that the kernel drops are known to be missing`() async throws {
        try await withAudit { host, launcher, _ in
            host.set(rate: 1)
            let report = try await launcher.run(try call("for i in range(50): refused('/')"))
            host.set(rate: 0)
            #expect(report.end == .exited(0) && report.unreported == [.landlock])
        }
    }

    @Test(arguments: [(1423, true), (1424, true), (1121, true), (1307, false)] as [(UInt32, Bool)])
    func `a rule that leaves records out is known`(type: UInt32, isPartial: Bool) async throws {
        try await withAudit { host, launcher, _ in
            try await host.excluding(type) {
                // Heard of while it reads, or asked for when it opens.
                let audit = try? KernelAudit.open()
                defer { audit?.close() }
                #expect((audit?.isWhole ?? false) != isPartial)
                let first = try await launcher.run(try call("refused('/')"))
                #expect(first.end == .exited(0))
                let report = try await launcher.run(try call("refused('/')"))
                #expect(report.unreported == (isPartial ? [.landlock] : []), "\(report.violations)")
                #expect(refusals(report).isEmpty == [1423, 1424].contains(type), "\(report.violations)")
            }
        }
    }

    @Test func `an audit that is switched off ends the reports, and the next opening says so`() async throws {
        try await withAudit { host, launcher, _ in
            let before = try await launcher.run(try call("refused('/')"))
            #expect(refusals(before).count == 1 && before.unreported == [])
            host.set(enabled: false)
            for _ in 0..<2 {
                let after = try await launcher.run(try call("refused('/')"))
                #expect(after.end == .exited(0) && refusals(after).isEmpty && after.unreported == [.landlock])
            }
            let problem = #expect(throws: AuditAbsence.self) { try KernelAudit.open() }
            #expect(problem?.reason.contains("switched off") == true && problem?.remedy.contains("auditctl") == true)
        }
    }

    @Test func `what it opens it closes`() async throws {
        try await AuditSwitch.on { _ in
            func held() throws -> Int { try #require(openDescriptors()) }
            for _ in 0..<2 {
                let audit = try KernelAudit.open()
                audit.close()
            }
            let deadline = ContinuousClock.now + .seconds(10)
            let before = try held()
            for _ in 0..<20 { try KernelAudit.open().close() }
            // The thread goes when it likes.
            while try held() > before, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try held() <= before)
        }
    }

    @Test(.enabled(if: geteuid() != 0))
    func `as an ordinary user nothing is claimed`() async throws {
        #expect(await KernelAudit.here() == nil)
        let problem = #expect(throws: AuditAbsence.self) { try KernelAudit.open() }
        #expect(problem?.remedy.contains("CAP_AUDIT_READ") == true || cs_landlock_abi() < 7)
        let report = try await LaunchFixture().launcher.run(try call("refused('/')"))
        #expect(report.end == .exited(0) && refusals(report).isEmpty && report.unreported == [.landlock])
    }
}

/// How many descriptors this process has open.
private func openDescriptors() -> Int? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}
