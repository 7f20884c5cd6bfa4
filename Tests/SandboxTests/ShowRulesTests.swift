import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@testable import Sandbox

@Suite("No box is shown the host's own doors, whoever asks")
struct ShowRulesTests {
    private let rules = { ShowRules(hidden: ["/home/a/.local/share/agentbox"], asker: $0) }

    @Test(
        "refused for a profile and for --read",
        arguments: [
            "/", "/proc", "/proc/1", "/sys", "/sys/kernel", "/dev", "/dev/shm", "/tmp", "/workspace", "/workspace/x",
            "/run", "/run/agentbox", "/home", "/home/a", "/home/a/.local/share/agentbox",
            "/home/a/.local/share/agentbox/runs/1",
        ])
    func refuses(path: String) {
        for asker in [ShowRules.Asker.profile, .person] {
            #expect {
                try rules(asker).require(path)
            } throws: {
                guard let error = $0 as? SandboxError else { return false }
                return error.message.contains(path) && error.message.contains(asker.rawValue) && error.remedy != nil
            }
        }
    }

    @Test(
        "shown to both",
        arguments: ["/usr", "/opt/runtime", "/home/a/venv", "/home/a/.local/share/agentbox2", "/run/x"])
    func allows(path: String) throws {
        try rules(.profile).require(path)
        try rules(.person).require(path)
    }

    @Test("one folder in /tmp can be meant by a person, not by a profile")
    func temporary() throws {
        try rules(.person).require("/tmp/checkout")
        #expect(throws: SandboxError.self) { try rules(.profile).require("/tmp/checkout") }
    }

    @Test("the box's own home is not covered")
    func home() throws {
        #expect(throws: SandboxError.self) { try rules(.person).require("/home/agent", besides: "/home/agent") }
        #expect(throws: SandboxError.self) { try rules(.person).require("/home", besides: "/home/agent") }
        try rules(.person).require("/home/agent/venv", besides: "/home/agent")
    }
}
