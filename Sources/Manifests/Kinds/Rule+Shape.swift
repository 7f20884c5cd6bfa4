import Diagnostics
import StrictJSON

extension Intent.Rule {
    private static let effects = Intent.Effect.allCases.map(\.rawValue)

    /// The form of a rule. The effect is a key, so that a rule reads as a sentence: `allow: fs.read`.
    static let shape: Shape<Intent.Rule> = {
        let keys = object(
            "a rule",
            optional("allow", .toolPattern, "Tools whose calls the rule allows."),
            optional("approve", .toolPattern, "Tools whose calls need a person's approval."),
            optional("deny", .toolPattern, "Tools whose calls the rule denies, whatever other rules say."),
            optional(
                "args", .argumentConstraints, default: [],
                "Constraints on arguments; all of them have to hold for the rule to match."),
            optional(
                "otherArgs", .choice(),
                "`absent`: the rule matches only calls without arguments that it names neither here nor in `when` or "
                    + "`budget`. The tool's own default for an argument counts as absent."),
            optional(
                "when", ConditionSource.shape,
                "A condition in CEL; the rule matches if its constraints hold and this is true."),
            optional(
                "after", .toolPatterns, default: [],
                "The rule matches only once a call of each of these tools succeeded in this run."),
            optional(
                "before", .toolPatterns, default: [],
                "The rule matches only as long as no call of any of these tools was allowed in this run."),
            optional("budget", .ruleBudgets, default: [], "How much the rule allows."),
            optional(
                "by", ApprovalTerms.shape, "Whose approval counts, and how it is given."),
            optional(
                "declassify", .declassified, default: [],
                "Labels that the run no longer carries once a call was approved under this rule."),
            optional("reason", .line("a reason of one line", maximum: 500), "Why, for whoever reads the decision."),
            optional(
                "tests", RuleTests.shape, default: RuleTests(match: [], noMatch: []),
                "Checked when the intent is loaded.")
        ) {
            allow, approve, deny, constraints, others, condition, after, before, budgets, approval, declassified,
            reason, tests in
            Fields(
                effect: allow.map { (.allow, $0) } ?? approve.map { (.approve, $0) } ?? deny.map { (.deny, $0) },
                constraints: constraints, others: others, condition: condition, after: after, before: before,
                budgets: budgets, approval: approval, declassified: declassified, reason: reason, tests: tests)
        }.exactlyOne(of: effects)
        return Shape(keys.expectation, schema: keys.schema) { located, decoding in
            guard let fields = keys.decode(located, &decoding), let (effect, tool) = fields.effect else { return nil }
            check(effect, fields, located, &decoding)
            return Intent.Rule(
                effect: effect, tool: tool, constraints: fields.constraints, otherArguments: fields.others,
                condition: fields.condition, after: fields.after, before: fields.before, budgets: fields.budgets,
                approval: fields.approval,
                declassified: fields.declassified, reason: fields.reason, tests: fields.tests,
                line: located.position.line, index: 0)
        }
    }()

    private static func check(
        _ effect: Intent.Effect, _ fields: Fields, _ located: Located, _ decoding: inout Decoding
    ) {
        if effect == .deny, !fields.budgets.isEmpty {
            decoding.report(
                .contradiction, in: located, at: ["budget"], "a rule that denies has no budget",
                suggestion: "put the budget on the rule that allows")
        }
        guard effect != .approve else { return }
        for (key, isThere) in [("by", fields.approval != nil), ("declassify", !fields.declassified.isEmpty)]
        where isThere {
            decoding.report(
                .contradiction, in: located, at: [.key(key)], "only a rule that asks for an approval has `\(key)`",
                suggestion: "write `approve` in place of `\(effect.rawValue)`")
        }
    }

    private struct Fields: Sendable {
        var effect: (Intent.Effect, ToolPattern)?
        var constraints: [ArgumentConstraint]
        var others: Intent.OtherArguments?
        var condition: ConditionSource?
        var after: [ToolPattern]
        var before: [ToolPattern]
        var budgets: [Budget]
        var approval: ApprovalTerms?
        var declassified: [Label]
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

extension Shape where Value == [ToolPattern] {
    fileprivate static var toolPatterns: Shape {
        .list(of: .toolPattern, "a list of tools", count: 1...64).unique { $0 }
    }
}

extension Shape where Value == [Label] {
    fileprivate static var declassified: Shape {
        Shape<[LabelWord]>.list(of: .choice(), "a list of labels", count: 1...1).map { $0.map(\.label) }
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
        return pointer(tokens)
    }

    /// The pointer as RFC 6901 writes it.
    static func pointer(_ tokens: [String]) -> String {
        tokens.map { token in
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
