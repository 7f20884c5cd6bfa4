import Glibc
import Manifests
import Testing

@testable import Sandbox

@Suite("The kernel takes filters with masks, ranges and several arguments, and does what they say")
struct FilterKernelTests {
    private static func profile(_ rules: [SandboxProfile.SystemCalls.Rule]) -> ResolvedProfile {
        LaunchFixture.profile { $0.rules = rules }
    }

    private static func rule(
        _ conditions: [SandboxProfile.SystemCalls.Condition], isAlternative: Bool = false,
        _ action: SandboxProfile.SystemCalls.RuleAction, errno: String? = nil
    ) -> SandboxProfile.SystemCalls.Rule {
        .init(
            syscall: "ftruncate", conditions: conditions, isAlternative: isAlternative, action: action, errno: errno)
    }

    /// `truncate` passes the size as the second argument of ftruncate, all 64 bits of it.
    private static func size(_ test: SandboxProfile.SystemCalls.Condition.Test, mask: String? = nil)
        -> SandboxProfile.SystemCalls.Condition
    {
        .init(argument: 1, test: test, mask: mask)
    }

    private func truncate(_ size: Int, _ rules: [SandboxProfile.SystemCalls.Rule]) async throws -> CallReport {
        try await LaunchFixture().shell("truncate -s \(size) /tmp/x && stat -c %s /tmp/x", profile: Self.profile(rules))
    }

    @Test func `a range, with the error that its rule names`() async throws {
        let rules = [Self.rule([Self.size(.range(from: "4097", to: nil))], .deny, errno: "EXDEV")]
        #expect(try await truncate(4096, rules).text == "4096\n")
        for size in [4097, 5000, 1 << 33] {
            let report = try await truncate(size, rules)
            #expect(report.text.isEmpty && report.errors.contains("cross-device"), "\(report.errors)")
        }
    }

    @Test func `a mask`() async throws {
        let rules = [Self.rule([Self.size(.in(["0"]), mask: "0x7")], .allow)]
        #expect(try await truncate(4096, rules).text == "4096\n")
        #expect(try await truncate(4100, rules).errors.contains("Operation not permitted"))
    }

    @Test func `alternatives with several arguments`() async throws {
        let descriptor = SandboxProfile.SystemCalls.Condition(argument: 0, test: .range(from: "3", to: "9"))
        let rules = [
            Self.rule([descriptor, Self.size(.in(["100"]))], isAlternative: true, .allow),
            Self.rule([descriptor, Self.size(.range(from: "200", to: "300"))], isAlternative: true, .allow),
        ]
        #expect(try await truncate(100, rules).text == "100\n")
        #expect(try await truncate(250, rules).text == "250\n")
        for size in [99, 101, 301] { #expect(try await truncate(size, rules).text.isEmpty) }
    }

    @Test func `kill ends the process`() async throws {
        let rules = [Self.rule([Self.size(.in(["666"]))], .kill)]
        #expect(try await truncate(665, rules).text == "665\n")
        let report = try await truncate(666, rules)
        #expect(report.text.isEmpty && report.end != .exited(0))
    }
}
