import Diagnostics
import StrictJSON

/// `properties`, `patternProperties`, `additionalProperties` and `propertyNames`.
enum MemberKeywords: KeywordFamily {
    static let keywords: Set<String> = ["properties", "patternProperties", "additionalProperties", "propertyNames"]

    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let operand = schema["propertyNames"] {
            result.append(MemberNamesKeyword(name: compiler.compile(operand, at: "propertyNames")))
        }
        guard keywords.contains(where: { $0 != "propertyNames" && schema[$0] != nil }) else { return result }
        result.append(
            MembersKeyword(
                named: named(schema, &compiler), patterns: patterns(schema, &compiler),
                additional: schema["additionalProperties"].map { compiler.compile($0, at: "additionalProperties") },
                allowsNoOther: schema["additionalProperties"] == .bool(false)))
        return result
    }

    private static func named(
        _ schema: JSONObject, _ compiler: inout SchemaCompiler
    ) -> [TextKey: SchemaReference] {
        guard let operand = schema["properties"] else { return [:] }
        guard let object = operand.objectValue else {
            compiler.refuseOperand("properties", expected: "an object", found: operand)
            return [:]
        }
        var named: [TextKey: SchemaReference] = [:]
        for (name, schema) in object { named[TextKey(name)] = compiler.compile(schema, at: "properties", name) }
        return named
    }

    private static func patterns(
        _ schema: JSONObject, _ compiler: inout SchemaCompiler
    ) -> [MembersKeyword.Pattern] {
        guard let operand = schema["patternProperties"] else { return [] }
        guard let object = operand.objectValue else {
            compiler.refuseOperand("patternProperties", expected: "an object", found: operand)
            return []
        }
        var patterns: [MembersKeyword.Pattern] = []
        for (text, schema) in object {
            let schema = compiler.compile(schema, at: "patternProperties", text)
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
        for (key, _) in members where !validation.accepts(.string(key), name) {
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
        for (key, member) in members {
            if !check(member, at: key, &validation) {
                guard validation.collects else { return false }
                valid = false
            }
        }
        return valid
    }

    private func check(_ member: JSON, at key: String, _ validation: inout SchemaValidation) -> Bool {
        var known = false
        var valid = true
        if let schema = named[TextKey(key)] {
            known = true
            valid = validation.check(member, at: key, against: schema)
        }
        for pattern in patterns where pattern.expression.matchesPart(of: key) {
            known = true
            valid = validation.check(member, at: key, against: pattern.schema) && valid
        }
        if known { return valid }
        if allowsNoOther { return validation.fail("additionalProperties", unknownMember(key)) }
        guard let additional else { return true }
        return validation.check(member, at: key, against: additional)
    }

    func describe(_ outline: inout SchemaOutline) {
        outline.named = named
        outline.patterns = patterns.map { ($0.expression, $0.schema) }
        outline.additional = additional
    }

    private func unknownMember(_ key: String) -> String {
        let nearest = NearestName.of(key, among: named.keys.map(\.text))
        let advice = nearest.map { ", did you mean \(VisibleText.quoted($0))?" } ?? ""
        return "there is no member \(VisibleText.quoted(key))\(advice)"
    }
}
