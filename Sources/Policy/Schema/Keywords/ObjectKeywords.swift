import Diagnostics
import StrictJSON

/// `required`, `minProperties`, `maxProperties`, `dependentRequired` and `dependentSchemas`.
enum ObjectKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let count = CountKeyword(.members, of: schema, &compiler) { result.append(count) }
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

private struct RequiredKeyword: SchemaKeyword {
    let names: [String]

    var kinds: SchemaTypes { .object }

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value else { return true }
        guard validation.charge(names.count >> 3) else { return false }
        var valid = true
        for name in names where !members.contains(name) {
            valid = validation.fail("required", "expected a member \(VisibleText.quoted(name))")
            guard validation.collects else { return false }
        }
        return valid
    }

    func describe(_ outline: inout SchemaOutline) { outline.required.formUnion(names.map(TextKey.init)) }
}
