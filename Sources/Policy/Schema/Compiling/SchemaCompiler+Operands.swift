import Diagnostics
import StrictJSON

/// Operands that several keywords share.
extension SchemaCompiler {
    /// A count: a whole number that is not negative.
    mutating func count(_ keyword: String, of schema: JSONObject) -> Int? {
        guard let operand = schema[keyword] else { return nil }
        if let number = ExactNumber(operand), number.isIntegral, .integer(0) <= number, number <= .integer(.max) {
            switch number {
            case .integer(let integer): return Int(integer)
            case .double(let double): if let integer = Int(exactly: double) { return integer }
            }
        }
        refuseOperand(keyword, expected: "a whole number that is not negative", found: operand)
        return nil
    }

    /// An array of texts of which no two are the same.
    mutating func names(_ operand: JSON, at keyword: String) -> [String] {
        guard let array = operand.arrayValue else {
            refuseOperand(keyword, expected: "an array of strings", found: operand)
            return []
        }
        var names: [String] = []
        var seen: Set<TextKey> = []
        for element in array {
            guard let name = element.stringValue, seen.insert(TextKey(name)).inserted else {
                refuse(at: keyword, "bad-operand", "\(VisibleText.quoted(keyword)) has to hold strings, each once")
                return []
            }
            names.append(name)
        }
        return names
    }

    /// A text.
    mutating func text(_ keyword: String, of schema: JSONObject) -> String? {
        guard let operand = schema[keyword] else { return nil }
        if let text = operand.stringValue { return text }
        refuseOperand(keyword, expected: "a string", found: operand)
        return nil
    }

    /// An object whose members are schemas.
    mutating func schemas(_ keyword: String, of schema: JSONObject) -> [(name: String, schema: SchemaReference)] {
        guard let operand = schema[keyword] else { return [] }
        guard let members = operand.objectValue else {
            refuseOperand(keyword, expected: "an object", found: operand)
            return []
        }
        return members.map { ($0, compile($1, at: keyword, $0)) }
    }

    /// An array of schemas that is not empty.
    mutating func schemaArray(_ keyword: String, of schema: JSONObject) -> [SchemaReference]? {
        guard let operand = schema[keyword] else { return nil }
        guard let schemas = operand.arrayValue, !schemas.isEmpty else {
            refuseOperand(keyword, expected: "an array of schemas that is not empty", found: operand)
            return nil
        }
        return schemas.enumerated().map { compile($1, at: keyword, String($0)) }
    }
}
