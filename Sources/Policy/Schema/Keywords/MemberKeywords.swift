import Diagnostics
import StrictJSON

/// `properties`, `patternProperties`, `additionalProperties` and `propertyNames`.
enum MemberKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let operand = schema["propertyNames"] {
            result.append(MemberNamesKeyword(name: compiler.compile(operand, at: "propertyNames")))
        }
        guard schema["properties"] != nil || schema["patternProperties"] != nil || schema["additionalProperties"] != nil
        else { return result }
        var named: [TextKey: SchemaReference] = [:]
        for (name, schema) in compiler.schemas("properties", of: schema) { named[TextKey(name)] = schema }
        result.append(
            MembersKeyword(
                named: named, patterns: patterns(schema, &compiler),
                additional: schema["additionalProperties"].map { compiler.compile($0, at: "additionalProperties") },
                allowsNoOther: schema["additionalProperties"] == .bool(false)))
        return result
    }

    private static func patterns(
        _ schema: JSONObject, _ compiler: inout SchemaCompiler
    ) -> [MembersKeyword.Pattern] {
        var patterns: [MembersKeyword.Pattern] = []
        for (text, schema) in compiler.schemas("patternProperties", of: schema) {
            if let expression = compiler.pattern(text, at: "patternProperties", text) {
                patterns.append(MembersKeyword.Pattern(expression: expression, schema: schema))
            }
        }
        return patterns
    }
}

private struct MemberNamesKeyword: SchemaKeyword {
    let name: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value else { return true }
        var valid = true
        for (key, _) in members where !validation.acceptsPart(.string(key), name) {
            valid = validation.fail("propertyNames", "\(VisibleText.quoted(key)) is not a name that is allowed here")
            guard validation.collects else { return false }
        }
        return valid
    }

    func describe(_ outline: inout SchemaOutline) { outline.names = name }
}

private struct MembersKeyword: SchemaKeyword {
    struct Pattern: Sendable {
        let expression: RegularExpression
        let schema: SchemaReference
    }

    let named: [TextKey: SchemaReference]
    let patterns: [Pattern]
    let additional: SchemaReference?
    let allowsNoOther: Bool

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value else { return true }
        var valid = true
        var position = 0
        for (key, member) in members {
            if !check(member, at: key, position, &validation) {
                guard validation.collects else { return false }
                valid = false
            }
            position += 1
        }
        return valid
    }

    private func check(
        _ member: JSON, at key: String, _ position: Int, _ validation: inout SchemaValidation
    ) -> Bool {
        var known = false
        var valid = true
        if let schema = named[TextKey(key)] {
            known = true
            valid = validation.check(member, at: key, against: schema)
        }
        for pattern in patterns {
            validation.charge(PatternCost.steps(for: key))
            guard pattern.expression.matchesPart(of: key) else { continue }
            known = true
            valid = validation.check(member, at: key, against: pattern.schema) && valid
        }
        if known {
            validation.evaluated.note(position)
            return valid
        }
        if allowsNoOther { return validation.fail("additionalProperties", unknownMember(key)) }
        guard let additional else { return true }
        validation.evaluated.note(position)
        return validation.check(member, at: key, against: additional)
    }

    func describe(_ outline: inout SchemaOutline) {
        outline.named = named
        outline.patterns = patterns.map { ($0.expression, $0.schema) }
        outline.additional = additional
    }

    private func unknownMember(_ key: String) -> String {
        // Each name is compared with the key: of thousands that would take longer than the check.
        let nearest = named.count <= 256 ? NearestName.of(key, among: named.keys.map(\.text)) : nil
        let advice = nearest.map { ", did you mean \(VisibleText.quoted($0))?" } ?? ""
        return "there is no member \(VisibleText.quoted(key))\(advice)"
    }
}
