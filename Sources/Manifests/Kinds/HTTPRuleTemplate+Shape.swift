import Diagnostics
import HTTPRules
import StrictJSON

extension HTTPRuleTemplate {
    static let shape: Shape<HTTPRuleTemplate> = object(
        "a rule such as `{methods: [GET], paths: [\"/repos/**\"]}`",
        optional(
            "methods", .list(of: .choice(), "a list of methods", count: 1...16).unique { $0 }, default: [],
            "Methods of the requests that it covers; every one if unset."),
        optional(
            "paths", .list(of: .pathPattern, "a list of paths", count: 1...64).unique { $0 }, default: [],
            "Paths that it covers: `*` stands for characters within a segment, `**` for any number of segments; every "
                + "path if unset."),
        optional("headers", .headerRules, default: [], "What its headers have to be."),
        optional("body", .size(), "Bytes that its body may have; as the profile's `traffic` if unset.")
    ) { HTTPRuleTemplate(methods: $0, paths: $1, headers: $2, body: $3) }.notEmpty()
}

extension Shape where Value == Template {
    /// A pattern, checked with a word in place of each argument.
    static var pathPattern: Shape {
        template("a path such as `/repos/*/issues`").checked { template, located, decoding in
            let text = template.segments.map { segment in
                switch segment {
                case .literal(let text): text
                case .argument: "argument"
                }
            }.joined()
            do throws(PathRefusal) {
                _ = try PathPattern(text)
            } catch {
                decoding.report(
                    .invalidValue, at: located.position,
                    "\(VisibleText.quoted(template.source)) is no path: it \(error.reason)",
                    suggestion: "`*` stands for characters within a segment, `**` for whole segments")
            }
        }
    }
}

extension Shape where Value == [HeaderRule] {
    fileprivate static var headerRules: Shape {
        Shape<[MappingEntry<String, HeaderRule.Condition>]>.mapping(
            "a mapping of headers", key: "a header's name such as `Accept`",
            keyPattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$", count: 1...32,
            parseKey: { HeaderName.isValid($0) ? $0 : nil }, value: .headerCondition
        ).map { entries in entries.compactMap { HeaderRule($0.name, $0.value) } }
            .checked { rules, located, decoding in
                // `Accept` and `accept` are one header.
                guard Set(rules.map(\.name)).count < rules.count else { return }
                decoding.report(.contradiction, at: located.position, "one header is named twice, in other letters")
            }
    }
}

extension Shape where Value == HeaderRule.Condition {
    fileprivate static var headerCondition: Shape {
        object(
            "a mapping with `equals`, `oneOf`, `present` or `absent`",
            optional("equals", .headerValue, "It is there once, and is exactly this."),
            optional(
                "oneOf", .list(of: .headerValue, "a list of values", count: 1...64).unique { $0 },
                "It is there once, and is one of these."),
            optional("present", .alwaysTrue, "It is there."),
            optional("absent", .alwaysTrue, "It is not there.")
        ) { equals, values, isPresent, _ in
            if let equals { return .oneOf([equals]) }
            if let values { return .oneOf(values) }
            return isPresent == nil ? .absent : .present
        }.exactlyOne(of: ["equals", "oneOf", "present", "absent"])
    }
}

extension Shape where Value == String {
    fileprivate static var headerValue: Shape { line("a header's value", maximum: 1024) }
}

extension Shape where Value == Bool {
    fileprivate static var alwaysTrue: Shape {
        boolean.describing(["const": true]).checked { value, located, decoding in
            guard !value else { return }
            decoding.report(
                .invalidValue, at: located.position, "expected `true`, found `false`",
                suggestion: "for the opposite write `absent: true` or `present: true`")
        }
    }
}
