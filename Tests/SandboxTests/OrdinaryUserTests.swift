import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Sandbox

/// Sandboxes work differently for root (mapped ids, prepared mounts) and for everybody else. Whoever runs the tests,
/// the suites that start processes run as both, if they can: as root, this one runs them again as an ordinary user.
@Suite("What holds for root holds for an ordinary user")
struct OrdinaryUserTests {
    @Test(arguments: [
        "LauncherTests", "ConfinementTests", "CallFilesTests", "HostCapabilitiesTests", "HostDeathTests",
        "OwnViewTests",
    ])
    func `the same tests pass without privileges`(_ suite: String) throws {
        guard geteuid() == 0 else {
            print("skipped: these tests run as an ordinary user already; run them as root to test both")
            return
        }
        let initPath = try LaunchFixture.initPath()
        let asUser = "exec setpriv --reuid 61000 --regid 61000 --clear-groups"
        let probe = try HelperProcess(
            program: "/bin/sh", ["-c", "\(asUser) test -x \"$0\" -a -x \"$1\"", Self.testBundle(), initPath])
        guard probe.wait() == 0 else {
            print("skipped: other users cannot reach \(initPath): test both identities from a checkout that they can")
            return
        }
        setenv("AGENTBOX_INIT_FOR_TESTS", initPath, 1)
        let script = """
            \(asUser) "$0" --testing-library swift-testing --filter "$1" 2>&1
            """
        let tests = try HelperProcess(program: "/bin/sh", ["-c", script, Self.testBundle(), suite])
        let lines = try tests.lines()
        let status = tests.wait()
        #expect(status == 0, "\(lines.filter { $0.contains("✘") || $0.contains("error") }.joined(separator: "\n"))")
        #expect(lines.contains { $0.contains("in 1 suite passed") }, "no test was run")
    }

    static func testBundle() -> String {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        let executable = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        // Under `swift test` a helper loads the bundle; the bundle runs by itself as well.
        guard !executable.hasSuffix(".xctest") else { return executable }
        return CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? executable
    }
}
