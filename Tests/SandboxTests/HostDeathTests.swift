import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Sandbox

@Suite("When the host dies, everything in its boxes dies")
struct HostDeathTests {
    /// Set in a process that is there to be killed: the number that its call sleeps for.
    private static let victim = "AGENTBOX_TEST_VICTIM"

    @Test func `a victim starts a call that would not end`() async throws {
        guard let number = getenv(Self.victim) else { return }
        let script = "trap '' TERM HUP; (setsid sleep \(String(cString: number)) &); sleep \(String(cString: number))"
        _ = try await LaunchFixture().shell(script) { $0.time = .seconds(600) }
    }

    @Test func `kill -9 of the host leaves no process behind`() async throws {
        guard getenv(Self.victim) == nil else { return }
        let number = "\(700_000_000 + Int(getpid()))"
        setenv("AGENTBOX_INIT_FOR_TESTS", try LaunchFixture.initPath(), 1)
        for delay in [Duration.zero, .milliseconds(2), .milliseconds(5), .milliseconds(20)] {
            let script = "export \(Self.victim)=\(number); exec \"$0\" --testing-library swift-testing --filter \"$1\""
            let host = try HelperProcess(
                program: "/bin/sh", ["-c", script, OrdinaryUserTests.testBundle(), "a victim starts a call"])
            // From here on at whatever stage it is: the box under construction, or the sleepers in it.
            try await waitFor { try !boxes(of: host.identifier).isEmpty }
            if delay == .zero { try await waitFor { try count(sleeping: number) == 2 } }
            await Reactor.shared.sleep(until: .now + delay)
            let started = try boxes(of: host.identifier)
            host.kill()
            try await waitFor { try count(sleeping: number) == 0 && started.allSatisfy { kill($0, 0) != 0 } }
        }
    }

    private func waitFor(_ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !condition() {
            try #require(ContinuousClock.now < deadline)
            await Reactor.shared.sleep(until: .now + .milliseconds(2))
        }
    }

    /// The inits that a host has started.
    private func boxes(of host: pid_t) throws -> [pid_t] {
        try RunningProcess.all().filter { $0.parent == host && $0.commandLine.hasPrefix("agentbox-init") }.map(\.pid)
    }

    private func count(sleeping number: String) throws -> Int {
        try RunningProcess.all().filter { $0.commandLine.hasPrefix("sleep") && $0.commandLine.contains(number) }.count
    }
}
