import Manifests
import StrictJSON
import Testing

@testable import Sandbox

@Suite("A score says how exposed a profile leaves the host, and why")
struct ProfileScoreTests {
    private static func score(_ name: String) throws -> ProfileScore {
        try ProfileScore(try BundledProfiles.resolved(name))
    }

    private static func area(_ name: String, _ profile: ResolvedProfile) throws -> ScoredArea {
        try #require(try ProfileScore(profile).areas.first { $0.name == name }, "no area \(name)")
    }

    @Test func `the bundled profiles lie in the order of what they are for`() throws {
        let order = ["base", "pure", "workspace-read", "workspace-write", "git", "agent", "build"]
        let scores = try order.map { try Self.score($0).exposure }
        #expect(scores == scores.sorted(), "\(zip(order, scores).map { "\($0) \($1)" })")
        #expect(try Self.score("pure").exposure < Self.score("workspace-read").exposure)
        #expect(try Self.score("pure").exposure < Self.score("script").exposure)
        #expect(try Self.score("workspace-write").exposure < Self.score("build").exposure)
        #expect(scores.allSatisfy { (0...10).contains($0) })
    }

    /// Areas in which no bundled profile may leave anything open.
    @Test(arguments: BundledProfiles.names)
    func `no bundled profile leads out of the sandbox`(_ name: String) throws {
        for area in try Self.score(name).areas where area.weight == .escape {
            #expect(area.exposure == 0, "\(name): \(area.name) \(area.reasons.map(\.text))")
        }
    }

    struct Opening: Sendable, CustomTestStringConvertible {
        let area: String
        let lines: String
        var testDescription: String { area }
    }

    static let openings: [Opening] = [
        .init(area: "SystemCallFilter=~@mount", lines: "syscalls: {allow: [mount]}"),
        .init(area: "SystemCallFilter=~@module", lines: "syscalls: {allow: [init_module]}"),
        .init(area: "SystemCallFilter=~@debug", lines: "syscalls: {allow: [ptrace]}"),
        .init(area: "other processes", lines: "syscalls: {allow: [process_vm_readv]}"),
        .init(area: "kernel machinery", lines: "syscalls: {allow: [io_uring_setup]}"),
        .init(area: "files by handle", lines: "syscalls: {allow: [open_by_handle_at]}"),
        .init(area: "KeyringMode=", lines: "syscalls: {allow: [keyctl]}"),
        .init(area: "RestrictNamespaces=", lines: "syscalls: {allow: [unshare]}"),
        .init(
            area: "RestrictNamespaces=",
            lines: "syscalls: {rules: [{syscall: clone, arg: 0, from: 0, action: allow}]}"),
        .init(
            area: "LockPersonality=",
            lines: "syscalls: {rules: [{syscall: personality, arg: 0, in: [0x40000], "
                + "action: allow}], allow: [personality]}"),
        .init(
            area: "terminal (ioctl)",
            lines: "syscalls: {rules: [{syscall: ioctl, arg: 1, in: [TIOCSTI], action: allow}]}"),
        .init(
            area: "RestrictAddressFamilies=~…",
            lines: "syscalls: {rules: [{syscall: socket, arg: 0, in: [AF_VSOCK], action: allow}]}"),
        .init(
            area: "RestrictAddressFamilies=~AF_PACKET",
            lines: "syscalls: {rules: [{syscall: socket, arg: 0, in: [AF_PACKET], action: allow}]}"),
        .init(
            area: "RestrictAddressFamilies=~AF_UNIX",
            lines: "syscalls: {rules: [{syscall: socket, arg: 0, in: [AF_UNIX], action: allow}]}"),
        .init(area: "ProtectHome=", lines: "filesystem: {read: [/home]}"),
        .init(area: "PassEnvironment=", lines: "environment: {pass: [GITHUB_TOKEN]}"),
        .init(area: "MemoryMax=", lines: "limits: {memory: 4GiB}"),
        .init(area: "workspace, read", lines: "filesystem: {workspace: all}"),
        .init(area: "workspace, write", lines: "filesystem: {grants: [read, writeUnder]}"),
        .init(area: "ExecPaths=", lines: "filesystem: {exec: [/usr/bin]}"),
    ]

    @Test(arguments: openings)
    func `what a line opens raises its area, and the reason names that line`(_ opening: Opening) throws {
        let profile = try BundledProfiles.resolved("pure", adding: opening.lines)
        let before = try Self.area(opening.area, try BundledProfiles.resolved("pure"))
        let after = try Self.area(opening.area, profile)
        #expect(after.exposure > before.exposure)
        #expect(try ProfileScore(profile).exposure > Self.score("pure").exposure)
        let new = after.reasons.filter { reason in !before.reasons.contains { $0.text == reason.text } }
        #expect(!new.isEmpty)
        for reason in new {
            #expect(reason.origin?.profile.rawValue == "mine", "\(reason.text)")
            #expect(!reason.remedy.isEmpty)
        }
    }

    @Test func `a group's name in the profile opens nothing that the filter refuses`() throws {
        let words = try BundledProfiles.resolved("base", adding: "syscalls: {allow: [\"@mount\", \"@debug\"]}")
        for area in ["SystemCallFilter=~@mount", "SystemCallFilter=~@debug"] {
            #expect(try Self.area(area, words).exposure == 0)
        }
    }

    @Test func `what a remedy says lowers the exposure`() throws {
        let rule = "syscalls: {rules: [{syscall: mmap, arg: 2, mask: 6, in: [6], action: deny}]}"
        let area = "MemoryDenyWriteExecute="
        let before = try Self.area(area, try BundledProfiles.resolved("pure"))
        #expect(
            before.reasons.contains { $0.remedy.contains("{syscall: mmap, arg: 2, mask: 6, in: [6], action: deny}") })
        #expect(try Self.area(area, try BundledProfiles.resolved("pure", adding: rule)).exposure < before.exposure)
    }

    @Test func `a layer that is not required is not counted on`() {
        var loose = ResolvedProfile.fixture()
        loose.isolation = []
        let strict = ResolvedProfile.fixture { $0.isolation = Set(SandboxProfile.IsolationLayer.allCases) }
        for (profile, expected) in [(loose, true), (strict, false)] {
            let areas = (try? ProfileScore(profile).areas.filter { $0.name.hasPrefix("isolation") }) ?? []
            #expect(areas.count == 4 && areas.allSatisfy { ($0.exposure > 0) == expected })
        }
    }

    @Test(arguments: [
        (0, "perfect"), (0.05, "perfect"), (0.1, "safe"), (1, "ok"), (5, "medium"), (7.5, "exposed"), (9, "unsafe"),
        (10, "dangerous"),
    ])
    func `the verdicts are systemd's`(_ exposure: Double, _ verdict: String) {
        #expect(ProfileScore.Verdict(exposure: exposure).rawValue == verdict)
    }
}
