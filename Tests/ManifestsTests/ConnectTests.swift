import StrictJSON
import Testing

@testable import Manifests

@Suite("`connect` names one host and port, and what is not public only literally")
struct ConnectTests {
    static let tables: [(text: String, place: String?)] = [
        ("{connect: \"${args.path}\"}", nil),
        ("{connect: \"api.example.com:443\"}", nil),
        ("{connect: \"https://api.example.com/v1\"}", nil),
        ("{connect: \"[2001:db8::1]:80\"}", nil),
        ("{connect: \"db.example:5432\", within: [10.0.0.0/8, \"fd00::/8\"]}", nil),
        ("{connect: api.example.com}", "9:20 grants[0].connect invalid-value"),
        ("{connect: \"a b:80\"}", "9:20 grants[0].connect invalid-value"),
        ("{connect: \"a@b:80\"}", "9:20 grants[0].connect invalid-value"),
        ("{connect: \"a:80\", within: [10.0.0.1/8]}", "9:37 grants[0].within[0] invalid-value"),
        ("{connect: \"a:80\", within: \"${args.path}\"}", "9:36 grants[0].within invalid-value"),
        ("{read: a, within: [10.0.0.0/8]}", "9:10 grants[0] invalid-value"),
        ("{within: [10.0.0.0/8]}", "9:10 grants[0] invalid-value"),
    ]

    @Test("grants of a tool", arguments: tables)
    func grants(text: String, place: String?) {
        let problems = Kind.tool.problems(Documents.tool("grants: [\(text)]"))
        #expect(problems.map(\.place) == (place.map { [$0] } ?? []), "\(problems.map(\.description))")
    }

    @Test("a profile says so under `network`, not under `filesystem.grants`")
    func ceiling() throws {
        let profile = try SandboxProfile.load(Array(Documents.sandbox("network: granted").utf8), file: "x.yaml")
        #expect(profile.network == .granted)
        let problems = Kind.sandbox.problems(Documents.sandbox("filesystem: {grants: [connect]}"))
        #expect(problems.map(\.place) == ["5:23 filesystem.grants[0] invalid-value"])
        #expect(problems.first?.description.contains("network: granted") == true)
    }

    @Test("what a grant opens is part of the tool's digest")
    func digest() throws {
        func json(_ grant: String) throws -> JSON? {
            try Tool.load(Array(Documents.tool("grants: [\(grant)]").utf8), file: "x.yaml").canonicalJSON()["grants"]
        }
        #expect(try json("{connect: \"a:1\"}") == [["connect": "a:1"]])
        #expect(
            try json("{connect: \"a:1\", within: [10.0.0.0/8]}") == [["connect": "a:1", "within": ["10.0.0.0/8"]]])
    }
}
