import Testing

@testable import Manifests

@Suite("What the design has and this build cannot enforce is refused as such")
struct NotEnforceableTests {
    static let tables: [(kind: Kind, text: String, place: String)] = [
        (.server, Documents.server("credentials: []"), "13:1 credentials"),
        (.server, Documents.server("environment: {A: b}"), "13:1 environment"),
        (.server, Documents.server("grants: [{read: a}, {write: a}]"), "13:22 grants[1].write"),
        (.server, Documents.server("grants: [{git: refs}]"), "13:11 grants[0].git"),
        (.server, Documents.server("grants: [{connect: \"example.com:443\"}]"), "13:11 grants[0].connect"),
        (.sandbox, Documents.sandbox("syscalls: {default: notify}"), "5:21 syscalls.default"),
        (.sandbox, Documents.sandbox("pid: shared"), "5:1 pid"),
    ]

    @Test("keys and words", arguments: tables)
    func refused(_ kind: Kind, _ text: String, _ place: String) {
        let problems = kind.problems(text)
        #expect(problems.contains { $0.place == "\(place) not-enforceable-yet" }, "\(problems.map(\.description))")
        #expect(!problems.contains { $0.code == .unknownKey })
    }

    @Test("an empty list of credentials asks for nothing")
    func control() {
        #expect(Kind.tool.problems(Documents.tool("credentials: []")).isEmpty)
    }

    @Test("a layer that only some hosts have may be required")
    func cgroup() throws {
        let profile = try SandboxProfile.load(Array(Documents.sandbox("isolation: [cgroup]").utf8), file: "x.yaml")
        #expect(profile.isolation == [.cgroup])
    }
}
