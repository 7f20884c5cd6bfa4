import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("An intent that cannot mean what it says is refused whole")
struct CompiledIntentTests {
    static let schema: JSON = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "path": ["type": "string"], "paths": ["type": "array", "items": ["type": "string"]],
            "options": ["type": "object", "properties": ["deep": true], "additionalProperties": false],
        ],
    ]

    static func problems(_ rules: Intent.Rule...) throws -> [PolicyProblem] {
        do {
            _ = try CompiledIntent(Fixture.intent(rules), tools: Fixture.tools("fs.read", "fs.write", schema: schema))
            return []
        } catch {
            return (error as? PolicyError)?.problems ?? []
        }
    }

    @Test("A tool that is not registered is named, with the nearest that is")
    func unknownTool() throws {
        let problems = try Self.problems(Fixture.rule(.allow, "fs.raed"), Fixture.rule(.deny, "mail.send"))
        #expect(problems.map(\.code) == ["unknown-tool", "unknown-tool"])
        #expect(problems.map(\.line) == [10, 11])
        #expect(problems[0].message == "there is no tool `fs.raed`")
        #expect(problems[0].remedy == "did you mean `fs.read`?")
        #expect(try Self.problems(Fixture.rule(.allow, "mail.*"), Fixture.rule(.allow, "*")).isEmpty)
    }

    @Test("An argument that no call of the tool can have is named, with the nearest that one can")
    func unknownArgument() throws {
        let problems = try Self.problems(Fixture.rule(.allow, "fs.read", ["pth": [.equals("a")]]))
        #expect(problems.map(\.code) == ["unknown-argument"])
        #expect(problems[0].message == "`fs.read` has no argument `pth`")
        #expect(problems[0].remedy == "did you mean `path`?")
        let everywhere = try Self.problems(Fixture.rule(.deny, "*", ["nowhere": [.equals("a")]]))
        #expect(everywhere.map(\.code) == ["unknown-argument"])
        #expect(try Self.problems(Fixture.rule(.allow, "fs.*", ["/options/deep": [.equals(1)]])).isEmpty)
        let below = try Self.problems(Fixture.rule(.allow, "fs.*", ["/options/deeep": [.equals(1)]]))
        #expect(below.map(\.remedy) == ["did you mean `deep`?"])
    }

    @Test("A budget that makes no sense is refused")
    func budgets() throws {
        for budget in [
            Budget(.calls(-1)), Budget(.calls(1), per: .zero), Budget(.calls(1), per: .seconds(-1)),
            Budget(.calls(1_000_000), per: .seconds(1)),
        ] {
            #expect(try Self.problems(Fixture.rule(.allow, "fs.read", budget: budget)).map(\.code) == ["bad-budget"])
        }
        let denial = Fixture.rule(.deny, "fs.read", budget: Budget(.calls(1)))
        #expect(try Self.problems(denial).map(\.code) == ["bad-budget"])
        #expect(try Self.problems(Fixture.rule(.allow, "fs.read", budget: Budget(.calls(9)))).isEmpty)
    }

    @Test("A rule's own tests are run when it is loaded")
    func ruleTests() throws {
        let under: [String: [Constraint]] = ["path": [.under(["Sources"])]]
        let good = Fixture.rule(
            .allow, "fs.read", under, match: [["path": "Sources/a"], ["path": "./Sources/../Sources"]],
            noMatch: [["path": "Tests"], ["path": "Sources/../x"], ["path": "../x"], ["path": "/etc/passwd"], [:]])
        #expect(try Self.problems(good).isEmpty)
        let wrong = Fixture.rule(
            .allow, "fs.read", under, match: [["path": "Tests/a"]], noMatch: [["path": "Sources/b"]])
        let problems = try Self.problems(wrong)
        #expect(
            problems.map(\.message) == [
                "a test of the rule failed: `{\"path\":\"Tests/a\"}` does not match: "
                    + "`path` is `Tests/a`, which is not under `Sources`",
                "a test of the rule failed: `{\"path\":\"Sources/b\"}` matches: tool and arguments match",
            ])
        // A deny rule that cannot be evaluated denies: as a match.
        let denial = Fixture.rule(.deny, "fs.read", under, match: [["path": "../x"]])
        #expect(try Self.problems(denial).isEmpty)
        let spared = Fixture.rule(.deny, "fs.read", under, noMatch: [["path": "../x"]])
        #expect(try Self.problems(spared).map(\.code) == ["rule-test-failed"])
    }

    @Test("All problems are reported at once, in the order of the file")
    func allProblems() throws {
        let problems = try Self.problems(
            Fixture.rule(.allow, "fs.read", ["path": [.matches("(")]]), Fixture.rule(.allow, "fs.rea"),
            Fixture.rule(.deny, "fs.read", ["p": [.equals(1)]], budget: Budget(.calls(-1))))
        #expect(problems.map(\.line) == [10, 11, 12, 12, 12])
        #expect(
            problems.map(\.code) == ["bad-constraint", "unknown-tool", "bad-budget", "bad-budget", "unknown-argument"])
    }

    @Test("Only what could ever be allowed is visible")
    func visible() throws {
        func visible(_ rules: Intent.Rule..., calls: Int? = nil) throws -> [String] {
            let tools = try Fixture.tools("b.x", "a.y", "a.x", "c.x")
            return try CompiledIntent(Fixture.intent(rules, calls: calls), tools: tools).visibleTools().map(\.rawValue)
        }
        #expect(try visible() == [])
        #expect(try visible(Fixture.rule(.allow, "*")) == ["a.x", "a.y", "b.x", "c.x"])
        #expect(try visible(Fixture.rule(.allow, "a.*"), Fixture.rule(.approve, "c.x")) == ["a.x", "a.y", "c.x"])
        #expect(try visible(Fixture.rule(.allow, "*"), Fixture.rule(.deny, "a.*")) == ["b.x", "c.x"])
        let conditional = Fixture.rule(.deny, "a.*", ["v": [.equals(1)]])
        #expect(try visible(Fixture.rule(.allow, "a.*"), conditional) == ["a.x", "a.y"])
        #expect(try visible(Fixture.rule(.allow, "a.x", budget: Budget(.calls(0)))) == [])
        #expect(try visible(Fixture.rule(.allow, "a.x"), calls: 0) == [])
    }

    @Test("The paths that have to be resolved are those that rules constrain")
    func paths() throws {
        let tools = try Fixture.tools("fs.read", "fs.write", schema: Self.schema)
        let rules = [
            Fixture.rule(.allow, "fs.read", ["path": [.under(["a"])]]),
            Fixture.rule(.deny, "fs.*", ["paths": [.each([.under(["b"])]), .length(min: 1, max: nil)]]),
            Fixture.rule(.allow, "fs.write", ["path": [.equals("c")]]),
        ]
        let intent = try CompiledIntent(Fixture.intent(rules), tools: tools)
        #expect(intent.pathArguments(of: Fixture.name("fs.read")) == [["path"], ["paths"]])
        #expect(intent.pathArguments(of: Fixture.name("fs.write")) == [["paths"]])
        #expect(intent.pathArguments(of: Fixture.name("fs.other")) == [])
        let arguments: JSON = ["path": "x", "paths": ["y", 1, "z"]]
        #expect(
            intent.pathArguments(of: Fixture.name("fs.read"), in: arguments)
                == [["path"], ["paths", "0"], ["paths", "2"]])
        #expect(intent.pathArguments(of: Fixture.name("fs.read"), in: ["path": 1]) == [])
    }
}
