import Diagnostics
import StrictJSON

/// `unevaluatedProperties` and `unevaluatedItems`: for what no other keyword of the schema, and no schema that it applies
/// to the same value, has looked at (Core, 11).
enum UnevaluatedKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let operand = schema["unevaluatedProperties"] {
            let schema = compiler.compile(operand, at: "unevaluatedProperties")
            result.append(UnevaluatedMembersKeyword(schema: schema, allowsNone: operand == .bool(false)))
        }
        if let operand = schema["unevaluatedItems"] {
            let schema = compiler.compile(operand, at: "unevaluatedItems")
            result.append(UnevaluatedElementsKeyword(schema: schema))
        }
        return result
    }
}

struct UnevaluatedMembersKeyword: SchemaKeyword {
    let schema: SchemaReference
    let allowsNone: Bool

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value else { return true }
        guard validation.charge((members.count + validation.evaluated.count) >> 3) else { return false }
        var missing = validation.evaluated.missing(of: members.count)[...]
        var valid = true
        if !missing.isEmpty {
            for (position, member) in members.enumerated() where position == missing.first {
                missing.removeFirst()
                if check(member.value, at: member.key, &validation) { continue }
                guard validation.collects else { return false }
                valid = false
            }
        }
        validation.evaluated.noteAll()
        return valid
    }

    private func check(_ member: JSON, at key: String, _ validation: inout SchemaValidation) -> Bool {
        if allowsNone {
            return validation.fail("unevaluatedProperties", "there is no member \(VisibleText.quoted(key))")
        }
        return validation.check(member, at: key, against: schema)
    }

    func describe(_ outline: inout SchemaOutline) { outline.unevaluatedMembers = schema }
}

struct UnevaluatedElementsKeyword: SchemaKeyword {
    let schema: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .array(let elements) = value else { return true }
        guard validation.charge((elements.count + validation.evaluated.count) >> 3) else { return false }
        var valid = true
        for index in validation.evaluated.missing(of: elements.count)
        where !validation.check(elements[index], at: index, against: schema) {
            guard validation.collects else { return false }
            valid = false
        }
        validation.evaluated.noteAll()
        return valid
    }

    func describe(_ outline: inout SchemaOutline) { outline.unevaluatedElements = schema }
}
