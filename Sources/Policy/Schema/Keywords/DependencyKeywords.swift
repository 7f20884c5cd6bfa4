import Diagnostics
import StrictJSON

/// `dependencies`, of draft-07 and before: what draft 2020-12 has parted into `dependentRequired` and `dependentSchemas`.
enum DependencyKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        guard let operand = schema["dependencies"] else { return [] }
        guard let members = operand.objectValue else {
            compiler.refuseOperand("dependencies", expected: "an object", found: operand)
            return []
        }
        return members.map { name, dependency in
            if case .array = dependency {
                return DependentRequiredKeyword(name: name, names: compiler.names(dependency, at: "dependencies"))
            }
            return DependentSchemaKeyword(name: name, schema: compiler.compile(dependency, at: "dependencies", name))
        }
    }
}

struct DependentRequiredKeyword: SchemaKeyword {
    let name: String
    let names: [String]

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value, members[name] != nil else { return true }
        var valid = true
        for other in names where members[other] == nil {
            valid = validation.fail(
                "dependentRequired", "expected a member \(VisibleText.quoted(other)) beside \(VisibleText.quoted(name))"
            )
            guard validation.collects else { return false }
        }
        return valid
    }
}

struct DependentSchemaKeyword: SchemaKeyword {
    let name: String
    let schema: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .object(let members) = value, members[name] != nil else { return true }
        return validation.check(value, against: schema)
    }

    func describe(_ outline: inout SchemaOutline) { outline.perhaps.append(schema) }
}
