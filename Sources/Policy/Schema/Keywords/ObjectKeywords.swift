import Diagnostics
import StrictJSON

/// `required`, `minProperties`, `maxProperties`, `dependentRequired` and `dependentSchemas`.
enum ObjectKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        let minimum = compiler.count("minProperties", of: schema)
        let maximum = compiler.count("maxProperties", of: schema)
        if minimum != nil || maximum != nil {
            result.append(MemberCountKeyword(minimum: minimum ?? 0, maximum: maximum ?? .max))
        }
        if let operand = schema["required"] {
            result.append(RequiredKeyword(names: compiler.names(operand, at: "required")))
        }
        if let operand = schema["dependentRequired"] {
            if let object = operand.objectValue {
                result += object.map { name, names in
                    DependentRequiredKeyword(name: name, names: compiler.names(names, at: "dependentRequired"))
                }
            } else {
                compiler.refuseOperand("dependentRequired", expected: "an object", found: operand)
            }
        }
        result += compiler.schemas("dependentSchemas", of: schema).map(DependentSchemaKeyword.init)
        return result
    }
}

private struct MemberCountKeyword: SchemaKeyword {
    let minimum: Int
    let maximum: Int

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value else { return true }
        if members.count < minimum {
            return validation.fail("minProperties", "expected at least \(minimum) members, found \(members.count)")
        }
        if members.count > maximum {
            return validation.fail("maxProperties", "expected at most \(maximum) members, found \(members.count)")
        }
        return true
    }
}

private struct RequiredKeyword: SchemaKeyword {
    let names: [String]

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value else { return true }
        var valid = true
        for name in names where members[name] == nil {
            valid = validation.fail("required", "expected a member \(VisibleText.quoted(name))")
            guard validation.collects else { return false }
        }
        return valid
    }

    func describe(_ outline: inout SchemaOutline) { outline.required.formUnion(names.map(TextKey.init)) }
}
