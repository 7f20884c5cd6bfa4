import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// What slots keep from each other is agentbox-init's promise (InitTests). Here: that the host uses them rightly.
@Suite("Calls of one run are served from templates, and are apart all the same")
struct TemplateTests {
    private let fixture: LaunchFixture

    init() throws { fixture = try LaunchFixture(keepsTemplates: true) }

    /// Children of this process that are `agentbox-init`: templates, and calls for which everything was built.
    private func initProcesses() throws -> [pid_t] {
        try RunningProcess.all().filter { $0.name == "agentbox-init" && !$0.isZombie && $0.parent == getpid() }
            .map(\.pid)
    }

    /// They, their children, and so on.
    private func descendants(of pids: [pid_t]) throws -> Set<pid_t> {
        let all = try RunningProcess.all()
        var found = Set(pids)
        while true {
            let more = all.filter { found.contains($0.parent) }.map(\.pid)
            guard !found.isSuperset(of: more) else { return found }
            found.formUnion(more)
        }
    }

    /// Waits until it is so.
    private func wait(until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try !condition() {
            try #require(ContinuousClock.now < deadline)
            usleep(1000)
        }
    }

    @Test func `a hundred calls leave nothing to each other`() async throws {
        for _ in 0..<100 {
            let report = try await fixture.shell("ls -A /tmp; touch /tmp/left; (sleep 1000 &)")
            #expect(report.end == .exited(0))
            #expect(report.output.isEmpty)
        }
    }

    @Test func `calls at once get their own`() async throws {
        _ = try await fixture.shell("true")
        let outputs = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let report = try await fixture.shell(
                        "echo \(number) >/tmp/number; sleep 0.05; cat /tmp/number; ls -A /tmp")
                    return String(decoding: report.output, as: UTF8.self)
                }
            }
            var all: [String] = []
            for try await output in group { all.append(output) }
            return all
        }
        let expected = (0..<24).map { "\($0)\nnumber\n" }
        #expect(outputs.sorted() == expected.sorted())
    }

    @Test func `another profile is served from another view`() async throws {
        _ = try await fixture.shell("true")
        _ = try await fixture.shell("true")
        let small = LaunchFixture.profile { $0.tmp = ByteCount(64 << 10) }
        for _ in 0..<3 {
            let report = try await fixture.shell("head -c 100000 /dev/zero >/tmp/x || echo full", profile: small)
            #expect(String(decoding: report.output, as: UTF8.self).contains("full"))
            let large = try await fixture.shell("head -c 100000 /dev/zero >/tmp/x && echo fits")
            #expect(String(decoding: large.output, as: UTF8.self) == "fits\n")
        }
    }

    @Test func `a call that overruns or floods is killed whole, and the next one works`() async throws {
        for _ in 0..<3 {
            let slow = try await fixture.shell("trap '' TERM; (setsid sleep 1000 &); sleep 1000") {
                $0.time = .milliseconds(300)
            }
            #expect(slow.end == .timedOut)
            let flood = try await fixture.shell("yes") { $0.output = ByteCount(1 << 16) }
            #expect(flood.end == .outputLimit)
            #expect(try await fixture.shell("true").end == .exited(0))
        }
    }

    @Test func `a template that is killed is replaced`() async throws {
        for _ in 0..<5 {
            // The template is made beside the end of the call before.
            let report = try await fixture.shell("echo fine")
            #expect(String(decoding: report.output, as: UTF8.self) == "fine\n")
            try wait { try !initProcesses().isEmpty }
            // The template, its pid 1, and the slots: a call that meets the death itself ends with an error.
            let all = try descendants(of: initProcesses())
            for pid in try initProcesses() { kill(pid, SIGKILL) }
            try wait { all.allSatisfy { RunningProcess($0)?.isZombie ?? true } }
            // One that was only being born when they were counted.
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Writes through a layer, which is for one call alone: no template serves it.
    private func write(_ name: String, in project: WorkspaceFixture, _ layers: RunLayers) async throws -> CallReport {
        let grants = try project.grants((.writeUnder, "src"))
        let layer = try #require(
            try await layers.prepare(
                for: grants, workspace: .all,
                owner: LayerOwner(user: fixture.identity.hostUser, group: fixture.identity.hostGroup)))
        let profile = LaunchFixture.profile { $0.workspace = .all }
        let report = try await fixture.shell("echo \(name) >src/\(name)", profile: profile) {
            $0.workspace = project.workspace
            $0.grants = grants
            $0.layer = layer.mount
        }
        #expect(await layer.publish().summary == "published", "\(report.errors)")
        return report
    }

    @Test func `a call that writes finds a process that was started ahead, or does without`() async throws {
        let project = try WorkspaceFixture(["src/a": "a"])
        let layers = try project.layers()
        for name in ["one", "two", "three"] {
            #expect(try await write(name, in: project, layers).end == .exited(0))
            #expect(project.text("src/\(name)") == "\(name)\n")
            try wait { try !initProcesses().isEmpty }
        }
        // What was started ahead has died: that is no reason to fail.
        let started = try initProcesses()
        try wait { try descendants(of: started).count >= 2 }
        let ahead = try descendants(of: started)
        for pid in started { kill(pid, SIGKILL) }
        try wait { ahead.allSatisfy { RunningProcess($0)?.isZombie ?? true } }
        #expect(try await write("four", in: project, layers).end == .exited(0))
        #expect(project.text("src/four") == "four\n")
    }

    @Test func `what is refused without a template is refused with one`() async throws {
        for _ in 0..<3 {
            let report = try await fixture.shell(
                "cat /proc/1/environ; kill -9 1; unshare -r true; ls /home /root; echo x >/usr/x; true")
            #expect(report.end == .exited(0))
            #expect(report.output.isEmpty)
        }
    }
}
