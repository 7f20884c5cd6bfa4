import StrictJSON
import Testing

@testable import Hosts
@testable import Manifests
@testable import Policy

@Suite("An intent's lints say what is probably not meant")
struct LintTests {
    static func lints(
        _ rules: String, _ head: String = "expires: 4h", annotations: Annotations? = nil, canApprove: Bool = true
    ) throws -> [Lint] {
        let intent = try ComparisonFixture.intent(rules, head)
        let now = Instant(secondsSince1970: 1_798_761_600)  // 2027-01-01
        return try CompiledIntent(intent, tools: ComparisonFixture.tools(annotations)).lints(now: now) { _ in
            canApprove ? nil : ("nobody is known", "name somebody")
        }
    }

    static let found: [(String, Lint.Code)] = [
        ("- {allow: fs.write, args: {mode: {equals: append}}}", .neverMatches),
        ("- {allow: net.get, args: {url: {host: [a.example]}, depth: {min: 10}}}", .neverMatches),
        ("- {deny: fs.write, args: {path: {absent: true}}}", .neverMatches),
        ("- {allow: pay.send, args: {amount: {min: 3, max: 3}, to: {length: {min: 2}, equals: a}}}", .neverMatches),
        (
            "- {allow: fs.write, args: {path: {under: [src]}}}\n- {allow: fs.write, args: {path: {under: [src/a]}}}",
            .shadowed
        ),
        ("- {allow: fs.write}\n- {allow: fs.write}", .shadowed),
        ("- {allow: fs.write, budget: {calls: 2}}\n- {allow: fs.write}", .shadowed),
        ("- {deny: 'fs.*'}\n- {deny: fs.write, args: {path: {under: [src]}}}", .shadowed),
        ("- {allow: fs.write, args: {path: {under: [src]}}}\n- {deny: fs.write}", .alwaysDenied),
        (
            "- {allow: net.get, args: {url: {host: [a.example]}}}\n- {deny: net.get, args: {depth: {absent: true}}}\n"
                + "- {deny: net.get, args: {depth: {min: 0}}}", .alwaysDenied
        ),
        ("- {allow: fs.write, args: {path: {under: [src]}}}\n- {approve: fs.write}", .alwaysAsked),
        ("- {allow: fs.write, when: '1 < 2'}", .constantCondition),
        ("- {deny: fs.write, when: 'false'}", .constantCondition),
        ("- {allow: net.get}", .anyHost),
        ("- {allow: net.get, args: {url: {length: {max: 80}}}}", .anyHost),
    ]

    @Test("Each kind is found, once", arguments: found)
    func kinds(_ rules: String, _ code: Lint.Code) throws {
        let lints = try Self.lints(rules)
        #expect(lints.map(\.code) == [code], "\(lints.map { $0.json().encodedString() })")
        #expect(lints.allSatisfy { $0.line != nil && $0.rule != nil && !$0.fix.isEmpty })
    }

    static let clean = [
        "- {allow: fs.write, args: {path: {under: [src]}}}\n- {allow: fs.write, args: {path: {under: [docs]}}}",
        "- {allow: fs.write}\n- {allow: fs.write, args: {path: {under: [src]}}, budget: {calls: 2}}\n- {deny: fs.write, args: {path: {equals: a}}}",
        "- {allow: net.get, args: {url: {host: ['*.example.com']}}}",
        "- {allow: net.get, args: {url: {oneOf: [a.example]}}}",
        "- {allow: pay.send, args: {amount: {max: 10}}}\n- {approve: pay.send, args: {amount: {min: 10}}}",
        "- {allow: fs.write, args: {path: {matches: 'a+'}}}\n- {allow: fs.write, args: {path: {matches: 'a|aa+'}}}",
    ]

    @Test("What has its effect is not complained about", arguments: clean)
    func silence(_ rules: String) throws {
        let lints = try Self.lints(rules).filter { $0.code != .shadowed || !rules.contains("budget") }
        #expect(lints.isEmpty, "\(lints.map { $0.json().encodedString() })")
    }

    @Test("Width is judged by what the tools are annotated with")
    func width() throws {
        let strong = Annotations(readOnly: false, destructive: true, idempotent: false, openWorld: false)
        let wide = ["- {allow: '*', args: {path: {under: [src]}}}", "- allow: fs.write", "- allow: 'pay.*'"]
        for rules in wide {
            #expect(try Self.lints(rules, annotations: strong).map(\.code).contains(.tooWide))
            #expect(try !Self.lints(rules).map(\.code).contains(.tooWide))
        }
        let narrow = ["- {allow: fs.write, args: {path: {under: [src]}}}", "- deny: '*'", "- approve: '*'"]
        for rules in narrow { #expect(try !Self.lints(rules, annotations: strong).map(\.code).contains(.tooWide)) }
    }

    @Test("A task without an end, and an approval that nobody gives")
    func task() throws {
        #expect(try Self.lints("- {allow: fs.write}", "").map(\.code) == [.noExpiry])
        #expect(try Self.lints("- {approve: fs.write}", canApprove: false).map(\.code) == [.noApprover])
        #expect(try Self.lints("- {approve: fs.write}").isEmpty)
        #expect(try Self.lints("- {allow: fs.write}", "expires: 4h\nreviewBy: 2026-12-31").map(\.code) == [.reviewDue])
        #expect(try Self.lints("- {allow: fs.write}", "expires: 4h\nreviewBy: 2027-01-02").isEmpty)
    }

    @Test("Names of arguments that hold hosts are known by their words")
    func hostNames() {
        let schema: JSON = [
            "properties": [
                "callbackUrl": ["type": "string"], "callback_urls": ["type": "array", "items": ["type": "string"]],
                "URL": ["type": "string"], "curl": ["type": "string"], "link": ["type": "boolean"],
                "site": ["type": "string", "format": "uri"], "host": ["type": "string", "enum": ["a"]],
                "address": ["type": "string", "format": "email"],
            ]
        ]
        #expect(HostArguments.names(in: schema) == ["callbackUrl", "callback_urls", "URL", "site"])
    }
}
