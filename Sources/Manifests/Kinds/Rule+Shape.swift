import Diagnostics
import StrictJSON

extension Intent.Rule {
    private static let effects = Intent.Effect.allCases.map(\.rawValue)

    /// The form of a rule. The effect is a key, so that a rule reads as a sentence: `allow: fs.read`.
    static let shape: Shape<Intent.Rule> = {
        let keys = object(
            "a rule",
            later: ["when": "conditions in CEL", "by": "approvers"],
            optional("allow", .toolPattern, "Tools whose calls the rule allows."),
            optional("approve", .toolPattern, "Tools whose calls need a person's approval."),
            optional("deny", .toolPattern, "Tools whose calls the rule denies, whatever other rules say."),
            optional(
                "args", .argumentConstraints, default: [],
                "Constraints on arguments; all of them have to hold for the rule to match."),
            optional("budget", CallBudget.shape, "How many calls the rule allows."),
            optional("reason", .line("a reason of one line", maximum: 500), "Why, for whoever reads the decision."),
            optional(
                "tests", RuleTests.shape, default: RuleTests(match: [], noMatch: []),
                "Checked when the intent is loaded.")
        ) { allow, approve, deny, constraints, budget, reason, tests in
            Fields(
                effect: allow.map { (.allow, $0) } ?? approve.map { (.approve, $0) } ?? deny.map { (.deny, $0) },
                constraints: constraints, budget: budget, reason: reason, tests: tests)
        }.exactlyOne(of: effects)
        return Shape(keys.expectation, schema: keys.schema) { located, decoding in
            guard let fields = keys.decode(located, &decoding), let (effect, tool) = fields.effect else { return nil }
            if effect == .deny, fields.budget != nil {
                decoding.report(
                    .contradiction, in: located, at: ["budget"], "a rule that denies has no budget",
                    suggestion: "put the budget on the rule that allows")
            }
            return Intent.Rule(
                effect: effect, tool: tool, constraints: fields.constraints, budget: fields.budget,
                reason: fields.reason, tests: fields.tests, line: located.position.line, index: 0)
        }
    }()

    private struct Fields: Sendable {
        var effect: (Intent.Effect, ToolPattern)?
        var constraints: [ArgumentConstraint]
        var budget: CallBudget?
        var reason: String?
        var tests: RuleTests
    }
}

extension Shape where Value == [ArgumentConstraint] {
    /// `{path: {under: [Sources]}, /items/0: {equals: 1}}`
    fileprivate static var argumentConstraints: Shape {
        Shape<[MappingEntry<[String], [Constraint]>]>.mapping(
            "a mapping of arguments to constraints", key: "an argument's name or a JSON pointer",
            keyPattern: "^([^/]|/([^~]|~[01])*$)", count: 1...64, parseKey: { ArgumentPointer.parse($0) },
            value: Constraint.reference
        ).checked { entries, located, decoding in
            var seen: Set<[String]> = []
            for entry in entries where !seen.insert(entry.name).inserted {
                decoding.report(
                    .contradiction, in: located, at: [.key(entry.key)],
                    "the argument \(VisibleText.quoted(entry.key)) is constrained twice",
                    suggestion: "write all constraints of an argument under one key")
            }
        }.map { entries in entries.map { ArgumentConstraint(pointer: $0.name, constraints: $0.value) } }
    }
}

/// How a rule names an argument.
enum ArgumentPointer {
    /// The reference tokens of RFC 6901: `["path"]` for both `path` and `/path`; nil for what is neither.
    static func parse(_ text: String) -> [String]? {
        guard !text.isEmpty else { return nil }
        guard text.utf8.first == UInt8(ascii: "/") else { return [text] }
        var tokens: [String] = []
        for part in text.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = String.UnicodeScalarView()
            var rest = part
            while let scalar = rest.popFirst() {
                guard scalar == "~" else {
                    token.append(scalar)
                    continue
                }
                switch rest.popFirst() {
                case "0": token.append("~")
                case "1": token.append("/")
                default: return nil
                }
            }
            tokens.append(String(token))
        }
        return tokens
    }

    /// The name of an argument where one token says it all, else the pointer.
    static func text(_ tokens: [String]) -> String {
        if tokens.count == 1, let name = tokens.first, !name.isEmpty, name.utf8.first != UInt8(ascii: "/") {
            return name
        }
        return tokens.map { token in
            var escaped = "/"
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": escaped += "~0"
                case "/": escaped += "~1"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return escaped
        }.joined()
    }
}
