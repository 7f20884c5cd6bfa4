import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

@Suite("A learned profile gives what was needed and nothing else")
struct LearnedProfileTests {
    private let fixture: LaunchFixture

    init() throws { fixture = try LaunchFixture() }

    /// What a shell script needs, learned from a run that is watched.
    private func learn(_ script: String) async throws -> (LearnedProfile, CallReport) {
        let wide = ResolvedProfile.learning(like: LaunchFixture.profile())
        let report = try await fixture.shell(script, profile: wide) { $0.isTraced = true }
        var needs = LearnedNeeds()
        needs.add(report.trace)
        let name = try #require(ProfileName("learned"))
        let profile = LearnedProfile(
            named: name, from: needs, source: script, resources: [report.resources].compactMap(\.self),
            memory: ByteCount(1 << 30))
        return (profile, report)
    }

    private func resolve(_ learned: LearnedProfile) throws -> ResolvedProfile {
        let profile = try SandboxProfile.load(Array(learned.yaml.utf8), file: "learned.yaml")
        return try ProfileResolver.resolve(profile.name, in: [profile.name: profile])
    }

    @Test func `what this host keeps from a call, and what is not there, is no line of it`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("kept", "x", mode: 0)
        func access(_ path: String, _ use: FileAccess.Use = .read, isFound: Bool = true) -> FileAccess {
            FileAccess(use: use, path: path, isFound: isFound)
        }
        for isRoot in [true, geteuid() == 0] {
            #expect(!HostAccess.permits(access("/etc/shadow"), isRoot: isRoot) || (geteuid() == 0 && !isRoot))
            #expect(HostAccess.permits(access("/etc/passwd"), isRoot: isRoot))
            #expect(HostAccess.permits(access("/bin/sh", .execute), isRoot: isRoot))
            #expect(!HostAccess.permits(access("/etc/passwd", .execute), isRoot: true))
        }
        let (learned, _) = try await learn(
            "cat /etc/shadow /etc/nothing-there /workspace/nothing-there; cat /etc/ld.so.conf; exit 0")
        var needs = learned.needs
        #expect(needs.files.keys.contains { $0.path == "/etc/shadow" }, "the control: it asked for it")
        needs.setAsideKept()
        let name = try #require(ProfileName("learned"))
        let kept = LearnedProfile(
            named: name, from: needs, source: "x", resources: [], memory: ByteCount(1 << 30))
        #expect(needs.kept.keys.sorted() == ["/etc/shadow"])
        #expect(!kept.yaml.contains("- /etc/shadow") && !kept.yaml.contains("nothing-there"), "\(kept.yaml)")
        #expect(kept.yaml.contains("- /etc/ld.so.conf") && kept.yaml.contains("workspace: none"), "\(kept.yaml)")
    }

    @Test func `the same runs under it, and is refused nothing`() async throws {
        let script = "set -e; ls /usr/share >/tmp/list; grep -c . /tmp/list; cat /etc/ld.so.cache | wc -c; rm /tmp/list"
        let (learned, watched) = try await learn(script)
        #expect(watched.end == .exited(0), "\(watched.errors)")
        let report = try await fixture.shell(script, profile: try resolve(learned))
        #expect(report.end == .exited(0), "\(report.errors)")
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.text == watched.text)
    }

    @Test(arguments: [
        ("another program", "/usr/bin/id"), ("a file of the host", "read x </etc/ld.so.conf"),
        ("the workspace", "cd /workspace"), ("a write", "echo >/usr/share/x"),
        ("a system call", "/usr/bin/cat /dev/null; ulimit -n 100; kill -CONT $$"),
    ])
    func `anything else is refused`(what: String, script: String) async throws {
        let (learned, _) = try await learn("/usr/bin/cat /dev/null")
        let profile = try resolve(learned)
        #expect(try await fixture.shell("/usr/bin/cat /dev/null", profile: profile).end == .exited(0))
        let wide = ResolvedProfile.learning(like: LaunchFixture.profile())
        // The control: where everything may be done, this one thing fails only if it is not there.
        let control = try await fixture.shell(script, profile: wide)
        if what != "the workspace" && what != "a write" && what != "a file of the host" {
            #expect(control.end == .exited(0), "\(what): \(control.errors)")
        }
        let report = try await fixture.shell(script, profile: profile)
        #expect(report.end != .exited(0) || !report.violations.isEmpty, "\(what): \(report.text)")
    }

    @Test func `every line says what needed it`() async throws {
        let (learned, _) = try await learn("/usr/bin/cat /etc/passwd >/dev/null")
        let lines = learned.yaml.split(separator: "\n").filter { $0.hasPrefix("    - ") && !$0.contains("action:") }
        #expect(lines.count > 20)
        for line in lines { #expect(line.contains("  # "), "\(line)") }
        #expect(learned.yaml.contains("- execve  # "))
        #expect(!learned.yaml.contains("- mount"))
    }

    @Test func `what no profile gives by accident is listed and not proposed`() async throws {
        let python =
            "import ctypes; c = ctypes.CDLL(None); c.mount(0, 0, 0, 0, 0); c.socket(1, 1, 0); c.socket(38, 5, 0)"
        let (learned, watched) = try await learn("/usr/bin/python3 -S -c '\(python)'")
        #expect(watched.end == .exited(0), "\(watched.errors)")
        #expect(learned.needs.refused.keys.sorted() == ["mount", "socket(AF_ALG)", "socket(AF_UNIX)"])
        #expect(!learned.yaml.contains("AF_ALG") && !learned.yaml.contains("AF_UNIX"))
    }

    @Test func `the text of a hostile path is text in the manifest`() async throws {
        let script = "for name in 'a: b' '# x' '- c' '\"' '\u{1b}[2J'; do : >\"/tmp/$name\"; done"
        let (learned, _) = try await learn(script)
        #expect(!learned.yaml.unicodeScalars.contains("\u{1b}"))
        _ = try resolve(learned)
    }

    @Test func `the difference names what the current profile lacks and what nothing needed`() async throws {
        let (learned, _) = try await learn("/usr/bin/cat /dev/null; kill -0 $$")
        let current = ResolvedProfile.fixture { profile in
            profile.allow = profile.allow.filter { $0 != "@process" && $0 != "@system-service" } + ["@network-io"]
            profile.deny = ["kill"]
            profile.exec = ["/usr/bin/git"]
        }
        let difference = try LearnedDifference(of: learned, from: current)
        let needed = difference.lines.filter(\.isNeeded).map(\.text)
        let unneeded = difference.lines.filter { !$0.isNeeded }.map(\.text)
        #expect(needed.contains("syscalls.allow: kill"))
        #expect(needed.contains { $0.hasPrefix("filesystem.exec: /usr/bin/") })
        #expect(unneeded.contains("syscalls.allow: @network-io"))
        #expect(unneeded.contains("filesystem.exec: /usr/bin/git"))
        #expect(difference.lines.allSatisfy { !$0.reason.isEmpty && !$0.opens.isEmpty })
    }
}
