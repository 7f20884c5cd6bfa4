import Crypto
import Manifests
import StrictJSON
import Testing

@testable import Approvals

@Suite("A digest names one call, one plan, one pattern")
struct CallTests {
    static func call() throws -> CanonicalCall {
        CanonicalCall(
            run: "run-1", call: "c-1", task: "fix-issue-42", intentDigest: "sha256:1", tool: "git.push",
            toolDigest: "sha256:2", executableDigest: "sha256:3", profileDigest: "sha256:4",
            arguments: ["branch": "main", "force": false], environment: ["PATH": "/usr/bin", "LANG": "C"],
            grants: [["read": "a"]], credentials: [], limits: ["time": "10s"],
            expires: try #require(Moment("2027-06-01T12:00:00Z")),
            nonce: try #require(Nonce("000102030405060708090a0b0c0d0e0f")))
    }

    /// Each changes one thing that matters.
    static let changes: [@Sendable (inout CanonicalCall) -> Void] = [
        { $0.run = "run-2" }, { $0.call = "c-2" }, { $0.task = "other" }, { $0.intentDigest = "sha256:x" },
        { $0.tool = "git.pull" }, { $0.toolDigest = "sha256:x" }, { $0.executableDigest = "sha256:x" },
        { $0.profileDigest = "sha256:x" }, { $0.arguments["branch"] = "release" }, { $0.arguments["force"] = true },
        { $0.arguments["force"] = nil }, { $0.arguments["other"] = .null }, { $0.environment["LANG"] = "C.UTF-8" },
        { $0.environment["X"] = "" }, { $0.grants = [["write": "a"]] }, { $0.credentials = [["name": "github"]] },
        { $0.limits = ["time": "20s"] }, { $0.expires = $0.expires + 1 }, { $0.nonce = .make() },
    ]

    @Test("everything that matters changes it, and the order in which things are written does not")
    func changes() throws {
        let call = try Self.call()
        var digests = [try call.digest()]
        for change in Self.changes {
            var other = call
            change(&other)
            digests.append(try other.digest())
        }
        #expect(Set(digests).count == Self.changes.count + 1)
        var reordered = call
        reordered.arguments = ["force": false, "branch": "main"]
        #expect(try reordered.digest() == call.digest())
        // No property is left out of the table, nor of the form.
        #expect(Mirror(reflecting: call).children.count == 15)
        #expect(call.json.objectValue?.count == 16)
    }

    @Test("the form is the canonical JSON of RFC 8785, so others can compute it")
    func form() throws {
        let text =
            #"{"arguments":{"branch":"main","force":false},"call":"c-1","credentials":[],"#
            + #""environment":{"LANG":"C","PATH":"/usr/bin"},"executableDigest":"sha256:3","#
            + #""expires":"2027-06-01T12:00:00Z","grants":[{"read":"a"}],"intentDigest":"sha256:1","#
            + #""kind":"agentbox.dev/call/v1","limits":{"time":"10s"},"nonce":"000102030405060708090a0b0c0d0e0f","#
            + #""profileDigest":"sha256:4","run":"run-1","task":"fix-issue-42","tool":"git.push","toolDigest":"sha256:2"}"#
        #expect(try Self.call().digest() == .of(Array(text.utf8)))
    }

    @Test("a call whose numbers have no exact form has no digest")
    func numbers() throws {
        var call = try Self.call()
        call.arguments = ["n": .integer(9_007_199_254_740_993)]
        #expect(throws: JSONError.self) { try call.digest() }
    }

    @Test("a plan's root is the Merkle tree hash of RFC 6962", arguments: [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 65, 256])
    func root(_ count: Int) throws {
        let calls = (0..<count).map { SubjectDigest.of([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
        let plan = try #require(CallPlan(calls))
        // Another way to compute it: level by level, the last of an odd level moves up.
        var level = calls.map { Array(SHA256.hash(data: [0] + $0.bytes)) }
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                index + 1 < level.count
                    ? Array(SHA256.hash(data: [1] + level[index] + level[index + 1])) : level[index]
            }
        }
        #expect(plan.root.bytes == level[0])
        #expect(!calls.contains(plan.root))
        if count > 1 {
            #expect(CallPlan(calls.reversed())?.root != plan.root, "the order counts")
            #expect(CallPlan(Array(calls.dropLast()))?.root != plan.root)
        }
    }

    @Test("no plan is empty, endless, or has a call twice")
    func plans() {
        let calls = (0..<257).map { SubjectDigest.of([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
        #expect(CallPlan([]) == nil)
        #expect(CallPlan(calls) == nil)
        #expect(CallPlan(Array(calls.dropLast())) != nil)
        #expect(CallPlan([calls[0], calls[1], calls[0]]) == nil)
    }

    @Test("a pattern says tool, constraints, count and end, in the words of an intent")
    func pattern() throws {
        let pattern = CallPattern(
            run: "run-1", intentDigest: "sha256:1", tool: try #require(ToolName("fs.write")), toolDigest: "sha256:2",
            arguments: [ArgumentConstraint(pointer: ["path"], constraints: [.under(["Sources"])])], count: 3,
            expires: try #require(Moment("2027-06-01T12:00:00Z")),
            nonce: try #require(Nonce("000102030405060708090a0b0c0d0e0f")))
        let text =
            #"{"expires":"2027-06-01T12:00:00Z","intentDigest":"sha256:1","kind":"agentbox.dev/pattern/v1","#
            + #""nonce":"000102030405060708090a0b0c0d0e0f","#
            + #""rule":{"allow":"fs.write","args":{"path":{"under":["Sources"]}},"budget":{"calls":3},"#
            + #""otherArgs":"absent"},"run":"run-1","toolDigest":"sha256:2"}"#
        #expect(try pattern.digest() == .of(Array(text.utf8)))
        let changes: [(inout CallPattern) -> Void] = [
            { $0.run = "run-2" }, { $0.intentDigest = "x" }, { $0.toolDigest = "x" }, { $0.count = 4 },
            { $0.arguments = [] }, { $0.expires = $0.expires + 1 }, { $0.nonce = .make() },
        ]
        for change in changes {
            var other = pattern
            change(&other)
            #expect(try other.digest() != pattern.digest())
        }
    }
}
