import StrictJSON

extension Intent {
    /// The form of an intent manifest.
    static let shape: Shape<Intent> = object(
        "an intent manifest",
        required("apiVersion", .apiVersion, "The version of the manifest language."),
        required("kind", .constant("Intent"), "What this manifest is."),
        required(
            "name",
            .text("a name such as `fix-issue-42`", pattern: Name.dottedPattern, length: 1...64) {
                Name.isDotted($0) ? $0 : nil
            }, "What the ledger calls the task."),
        required(
            "purpose", .prose("a purpose", maximum: 2000), "What the task is, in the words of the person who gives it."),
        required("principal", .line("a person such as `alice@example.com`"), "The person accountable for the task."),
        optional("agent", .line("the name of an agent"), "What the principal calls the agent."),
        optional("expires", Expiry.shape, "When the task ends by itself: so long after the start, or at a moment."),
        optional(
            "reviewBy",
            .text("a day such as `2027-06-01`", pattern: CalendarDate.pattern, length: 10...10) {
                CalendarDate(text: $0)
            }, "From this day on (UTC) `allow` counts as `approve` until somebody reviewed the intent."),
        optional(
            "workspace", .line("a path", maximum: 4096),
            "The folder that the task works in, relative to this file's folder."),
        optional(
            "models",
            Shape.list(of: ModelEndpoint.shape, "a list of hosts", count: 0...32).unique { $0.destination },
            default: [],
            shown: [],
            "Model endpoints that the agent's own box leads to, through the egress broker, at port 443 where it names no "
                + "other. Whatever the agent knows can leave by them."),
        optional(
            "inputs", .inputs, default: JSONObject(), shown: [:],
            "Values that a person supplied, by name: what `from` can trust without a tool."),
        optional(
            "rules", .list(of: Rule.shape, "a list of rules", count: 0...10_000), default: [], shown: [],
            "What the task may do. Order never matters: deny beats approve beats allow, and what no rule allows is "
                + "denied."),
        optional("budget", .taskBudget, default: TaskBudget(), "What the whole task may use.")
    ) {
        _, _, name, purpose, principal, agent, expires, reviewBy, workspace, models, inputs,
        rules, budget in
        Intent(
            name: name, purpose: purpose, principal: principal, agent: agent, expires: expires, reviewBy: reviewBy,
            workspace: workspace, models: models, inputs: inputs, rules: rules.enumerated().map { $1.at($0) },
            budget: budget)
    }
}

extension Intent.Rule {
    fileprivate func at(_ index: Int) -> Intent.Rule {
        var rule = self
        rule.index = index
        return rule
    }
}

extension Intent.Expiry {
    static let shape: Shape<Intent.Expiry> = .text(
        "a duration such as `4h`, or a moment such as `2027-06-01T12:00:00Z`",
        pattern: "(\(Duration.pattern))|(\(Timestamp.pattern))", length: 2...25
    ) { text in
        Duration(text: text).map { .after($0) } ?? Timestamp.parse(text).map { .at($0) }
    }
}

extension Shape where Value == JSONObject {
    fileprivate static var inputs: Shape {
        Shape<[MappingEntry<String, JSON>]>.mapping(
            "a mapping of names to values", key: "a name such as `reviewer`", keyPattern: InputName.pattern,
            count: 0...256, parseKey: { InputName.isValid($0) ? $0 : nil }, value: .any
        ).map { entries in JSONObject(uniqueMembers: entries.map { ($0.name, $0.value) }) }
    }
}

/// What `inputs` may be called.
enum InputName {
    static let pattern = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$"

    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
        return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || Digits.isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}

extension RuleTests {
    static let shape: Shape<RuleTests> = object(
        "a mapping of tests",
        optional("match", .arguments, default: [], shown: [], "Arguments of calls that the rule has to match."),
        optional("noMatch", .arguments, default: [], shown: [], "Arguments of calls that it must not match.")
    ) { RuleTests(match: $0, noMatch: $1) }.notEmpty()
}

extension Shape where Value == [JSON] {
    fileprivate static var arguments: Shape {
        .list(of: .anyMapping("the arguments as a mapping"), "a list of arguments", count: 0...256)
    }
}
