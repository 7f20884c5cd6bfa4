import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// That init hears every refusal is its promise (InitTests). Here: that people read what it was.
@Suite("What the filter refuses is reported with the call")
struct NoticeTests {
    private static let python = "/usr/bin/python3"

    /// Makes system calls by number; the answers do not matter.
    private static func script(_ calls: String) -> String {
        "import ctypes, os\nc = ctypes.CDLL(None)\n" + calls
    }

    private func violations(
        keepsTemplates: Bool, profile: ResolvedProfile = LaunchFixture.profile(), _ calls: String
    ) async throws -> CallReport {
        let fixture = try LaunchFixture(keepsTemplates: keepsTemplates)
        if keepsTemplates { _ = try await fixture.run(Self.python, ["-S", "-c", ""], profile: profile) }
        let report = try await fixture.run(Self.python, ["-S", "-c", Self.script(calls)], profile: profile)
        #expect(report.end == .exited(0), "\(report.errors)")
        return report
    }

    @Test(arguments: [false, true])
    func `a refused system call is named with its arguments, path, errno and count`(keepsTemplates: Bool) async throws {
        let report = try await violations(
            keepsTemplates: keepsTemplates,
            """
            os.chdir('/tmp')
            for i in range(3): c.mount(b'none', b'there', b'tmpfs', 4096, None)
            c.unshare(0x10000000 | 0x20000)
            c.chroot(b'/usr')
            c.sethostname(b'other', 5)
            """)
        let mount = try #require(report.violations.first { $0.operation == "mount" })
        #expect(mount.layer == "seccomp")
        #expect(mount.path == "/tmp/there")
        #expect(mount.arguments == ["0x1000", "tmpfs"])
        #expect(mount.error == "EPERM")
        #expect(mount.count == 3)
        let unshare = try #require(report.violations.first { $0.operation == "unshare" })
        #expect(unshare.arguments == ["CLONE_NEWNS|CLONE_NEWUSER"])
        #expect(report.violations.first { $0.operation == "chroot" }?.path == "/usr")
        #expect(report.violations.first { $0.operation == "sethostname" }?.arguments == ["other"])
        #expect(!report.unreported.contains(.seccomp))
    }

    @Test func `what a rule on an argument refuses is reported with the argument`() async throws {
        let profile = LaunchFixture.profile {
            $0.rules.append(.init("socket", 0, ["AF_UNIX"], .allow))
        }
        let report = try await violations(
            keepsTemplates: false, profile: profile,
            """
            c.socket(2, 1 | 0o2000000, 0)
            c.socket(38, 5, 0)
            c.socket(1, 1, 0)
            c.ioctl(0, 0x5412, b'x')
            c.prctl(35, 0, 0, 0, 0)
            """)
        let sockets = report.violations.filter { $0.operation == "socket" }.map(\.arguments)
        #expect(sockets == [["AF_INET", "SOCK_STREAM|SOCK_CLOEXEC", "0"], ["AF_ALG", "SOCK_SEQPACKET", "0"]])
        #expect(report.violations.first { $0.operation == "ioctl" }?.arguments == ["TIOCSTI"])
        #expect(report.violations.first { $0.operation == "prctl" }?.arguments == ["PR_SET_MM"])
    }

    @Test func `a libc that looks for a newer kernel is no violation`() async throws {
        let report = try await violations(
            keepsTemplates: false, "import _thread, time\n_thread.start_new_thread(int, ())\nc.syscall(435, 0, 0)\n")
        #expect(report.violations.isEmpty, "\(report.violations)")
    }

    @Test func `a profile whose refusal is ENOSYS reports it too`() async throws {
        let profile = LaunchFixture.profile { $0.defaultAction = .enosys }
        let report = try await violations(
            keepsTemplates: false, profile: profile, "c.swapoff(b'/swap')\nc.syscall(435, 0, 0)\nc.syscall(999)\n")
        #expect(report.violations.map(\.operation) == ["swapoff"])
        #expect(report.violations.first?.error == "ENOSYS")
    }

    @Test func `a rule whose error is ENOSYS is reported like any other`() async throws {
        let profile = LaunchFixture.profile {
            let umask = SandboxProfile.SystemCalls.Condition(argument: 0, test: .range(from: "0", to: nil))
            $0.rules.append(
                .init(
                    syscall: "umask", conditions: [umask], isAlternative: false, action: .deny, errno: "ENOSYS"))
        }
        let report = try await violations(
            keepsTemplates: false, profile: profile, "c.umask(0)\nc.syscall(435, 0, 0)\n")
        #expect(report.violations.map(\.operation) == ["umask"])
        #expect(report.violations.first?.error == "ENOSYS" && !report.unreported.contains(.seccomp))
    }

    @Test func `a profile that refuses in silence says that nobody heard`() async throws {
        let profile = LaunchFixture.profile { $0.reportsRefusals = false }
        let report = try await violations(keepsTemplates: false, profile: profile, "c.chroot(b'/')")
        #expect(report.violations.isEmpty)
        #expect(report.unreported.contains(.seccomp))
    }

    @Test func `what lies behind a pointer is shown byte by byte where it is no text`() async throws {
        let report = try await violations(keepsTemplates: false, "c.chroot(b'/\\xff\\x1b[2J')")
        #expect(report.violations.first?.path == "/\\xff\u{1b}[2J")
    }

    @Test func `the table of what matters of arguments names system calls that there are`() {
        #expect(NoticeShapes.byName.count > 90)
        for (name, shape) in NoticeShapes.byName {
            #expect(SystemCallTable.knows(name), "\(name)")
            #expect(shape.texts.count <= 2)
            #expect(!shape.values.isEmpty || !shape.texts.isEmpty, "\(name)")
        }
    }

    @Test(arguments: [
        ("0200005000000000", "0.0.0.0:80"), ("020001bb7f000001", "127.0.0.1:443"), ("01002f72756e2f78", "unix:/run/x"),
        ("01000061", "unix:@a"),
        ("0a000050" + "00000000" + "00000000000000000000000000000001" + "00000000", "[::1]:80"),
        ("0a000050" + "00000000" + "fd000000000000000000000000000002" + "00000000", "[fd00:0:0:0:0:0:0:2]:80"),
        ("10", "10"), ("", ""), ("0200", "0200"),
    ])
    func `addresses are shown as people write them`(bytes: String, text: String) {
        #expect(SocketAddressText.text(ofHexadecimal: bytes) == text)
    }
}
