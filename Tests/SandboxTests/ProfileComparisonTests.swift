import Manifests
import Testing

@testable import Sandbox

@Suite("A comparison of profiles is decided on what both enforce")
struct ProfileComparisonTests {
    private static func compare(_ old: String, _ new: String) throws -> ProfileComparison {
        let base = try BundledProfiles.resolved("pure", adding: old)
        return try ProfileComparison(from: base, to: try BundledProfiles.resolved("pure", adding: new))
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let relation: ProfileComparison.Relation
        var testDescription: String { "\(old) → \(new)" }
        init(_ old: String, _ new: String, _ relation: ProfileComparison.Relation) {
            self.old = old
            self.new = new
            self.relation = relation
        }
    }

    private static func rules(_ rules: String...) -> String {
        "syscalls: {rules: [\(rules.joined(separator: ", "))]}"
    }

    static let pairs: [Pair] = [
        Pair("", "", .same),
        Pair("", "syscalls: {allow: [mount]}", .wider),
        Pair("syscalls: {allow: [mount]}", "", .narrower),
        Pair("syscalls: {allow: [mount]}", "syscalls: {allow: [reboot]}", .both),
        // Words that change nothing: the group is allowed already, and what it adds is refused everywhere.
        Pair("", "syscalls: {allow: [\"@mount\"]}", .same),
        Pair("", "syscalls: {allow: [read]}", .same),
        Pair("", "syscalls: {default: ENOSYS}", .same),
        Pair(
            rules("{syscall: socket, arg: 0, in: [AF_UNIX], action: allow}"),
            rules("{syscall: socket, arg: 0, in: [AF_UNIX, AF_INET], action: allow}"), .wider),
        Pair(
            rules("{syscall: socket, arg: 0, in: [AF_UNIX], action: allow}"),
            rules("{syscall: socket, arg: 0, from: 1, to: 1, action: allow}"), .same),
        Pair(
            rules("{syscall: mmap, arg: 1, in: [0, 1, 2, 3], action: allow}"),
            rules("{syscall: mmap, arg: 1, from: 0, to: 3, action: allow}"), .same),
        Pair(
            rules("{syscall: mmap, arg: 1, mask: \"0xfffffffffffffffc\", in: [0], action: allow}"),
            rules("{syscall: mmap, arg: 1, from: 0, to: 4, action: allow}"), .wider),
        Pair(
            rules("{syscall: mmap, arg: 1, from: 0, to: 4, action: allow}"),
            rules("{syscall: mmap, arg: 1, from: 1, to: 5, action: allow}"), .both),
        Pair("", rules("{syscall: read, arg: 0, in: [9], action: deny, errno: EIO}"), .narrower),
        Pair("", rules("{syscall: ptrace, action: deny, errno: EIO}"), .same),
        Pair("", rules("{syscall: ptrace, action: kill}"), .same),
        Pair("filesystem: {exec: [/usr]}", "filesystem: {exec: [/usr/bin]}", .narrower),
        Pair("filesystem: {exec: [/usr/bin]}", "filesystem: {exec: [/usr]}", .wider),
        Pair("filesystem: {exec: [/usr/bin]}", "filesystem: {exec: [/usr/binary]}", .both),
        Pair("", "filesystem: {workspace: all}", .wider),
        Pair("", "filesystem: {workspace: none}", .narrower),
        Pair("", "filesystem: {grants: [read, create]}", .wider),
        Pair("", "isolation: [cgroup]", .narrower),
        Pair("", "landlock: {abi: 6}", .narrower),
        Pair("", "environment: {pass: [TERM]}", .wider),
        Pair("", "environment: {set: {A: b}}", .unknown),
        Pair("environment: {set: {A: b}}", "environment: {set: {A: c}}", .unknown),
        Pair("", "environment: {pass: [TERM], set: {A: b}}", .unknown),
        Pair("", "limits: {memory: 1GiB}", .wider),
        Pair("", "limits: {cpu: 5s}", .narrower),
        Pair("", "limits: {memory: 1GiB, cpu: 5s}", .both),
    ]

    @Test(arguments: pairs)
    func `narrower, wider, both, the same or unknown`(_ pair: Pair) throws {
        #expect(try Self.compare(pair.old, pair.new).relation == pair.relation)
        // The other way round it is the other way round.
        let reversed: ProfileComparison.Relation =
            pair.relation == .wider ? .narrower : pair.relation == .narrower ? .wider : pair.relation
        #expect(try Self.compare(pair.new, pair.old).relation == reversed)
    }

    @Test func `what neither opens nor closes is said all the same`() throws {
        let kill = try Self.compare("", Self.rules("{syscall: ptrace, action: kill}"))
        #expect(kill.changes.map(\.text) == ["`ptrace` meets the end of the process, not EPERM"])
        let error = try Self.compare("", "syscalls: {default: ENOSYS}")
        #expect(error.changes.map(\.text) == ["what nothing allows meets ENOSYS, not EPERM"])
    }

    @Test func `arguments are told in words`() throws {
        let family = Self.rules("{syscall: socket, arg: 0, in: [AF_UNIX, AF_VSOCK], action: allow}")
        #expect(
            try Self.compare("", family).changes.map(\.text) == ["`socket` passes where domain is AF_UNIX, AF_VSOCK"])
        let flags = Self.rules("{syscall: clone, arg: 0, mask: 0x10000000, in: [0], action: allow}")
        let text = try #require(try Self.compare("", flags).changes.first?.text)
        #expect(text.hasPrefix("`clone` passes where flags"))
    }

    @Test func `what cannot be decided in time is unknown, not guessed`() throws {
        let tangle = FilterAnalysisTests.tangle(50)
        let comparison = try ProfileComparison(from: tangle, to: tangle)
        #expect(comparison.relation == .unknown)
        #expect(comparison.changes.map(\.text).allSatisfy { $0.hasPrefix("`mmap`: ") })
        // Positive control.
        #expect(try ProfileComparison(from: .fixture(), to: .fixture()).relation == .same)
    }
}
