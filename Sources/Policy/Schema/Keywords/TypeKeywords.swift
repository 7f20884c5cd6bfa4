import Diagnostics
import StrictJSON

/// `type`, `enum` and `const`.
enum TypeKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let operand = schema["type"] { result.append(types(operand, &compiler)) }
        if let operand = schema["enum"] {
            if let values = operand.arrayValue {
                result.append(EnumKeyword(values: values, keys: Set(values)))
            } else {
                compiler.refuseOperand("enum", expected: "an array", found: operand)
            }
        }
        if let value = schema["const"] { result.append(ConstKeyword(value: value)) }
        return result
    }

    private static func types(_ operand: JSON, _ compiler: inout SchemaCompiler) -> TypeKeyword {
        let names = operand.stringValue.map { [$0] } ?? compiler.names(operand, at: "type")
        var types: SchemaTypes = []
        for name in names {
            if let type = SchemaTypes(name: name) {
                types.insert(type)
            } else {
                compiler.refuse(at: "type", "bad-operand", "\(VisibleText.quoted(name)) is not a type of JSON Schema")
            }
        }
        if names.isEmpty { compiler.refuse(at: "type", "bad-operand", "`type` names no type") }
        return TypeKeyword(types: types, names: names.joined(separator: " or "))
    }
}

/// Types of JSON Schema. A whole number is an `integer` however it is written: 1.0 is one.
struct SchemaTypes: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let number: SchemaTypes = [.integer, SchemaTypes(rawValue: 8)]
    static let string = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let object = SchemaTypes(rawValue: 64)
    static let all: SchemaTypes = [.null, .boolean, .number, .string, .array, .object]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(name: String) {
        switch name {
        case "null": self = .null
        case "boolean": self = .boolean
        case "integer": self = .integer
        case "number": self = .number
        case "string": self = .string
        case "array": self = .array
        case "object": self = .object
        default: return nil
        }
    }

    /// The type of one value.
    init(_ value: JSON) {
        self =
            switch value {
            case .null: .null
            case .bool: .boolean
            case .integer: .integer
            case .number: ExactNumber(value)?.isIntegral == true ? .integer : .number
            case .string: .string
            case .array: .array
            case .object: .object
            }
    }

    func admits(_ value: JSON) -> Bool {
        switch value {
        case .null: contains(.null)
        case .bool: contains(.boolean)
        case .integer: contains(.integer)
        case .number: contains(ExactNumber(value)?.isIntegral == true ? .integer : .number)
        case .string: contains(.string)
        case .array: contains(.array)
        case .object: contains(.object)
        }
    }
}

private struct TypeKeyword: SchemaKeyword {
    let types: SchemaTypes
    let names: String

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        types.admits(value) || validation.fail("type", "expected \(names), found \(value.kind)")
    }

    func describe(_ outline: inout SchemaOutline) { outline.types = types }
}

private struct EnumKeyword: SchemaKeyword {
    let values: [JSON]
    let keys: Set<JSON>

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard validation.chargeSize(of: value) else { return false }
        return keys.contains(value) || validation.fail("enum", "expected one of \(list)")
    }

    private var list: String {
        let shown = values.prefix(12).map { VisibleText.quoted($0.encodedString()) }.joined(separator: ", ")
        return values.count > 12 ? shown + " and \(values.count - 12) more" : shown
    }

    func describe(_ outline: inout SchemaOutline) { outline.constants.append(values) }
}

private struct ConstKeyword: SchemaKeyword {
    let value: JSON

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard validation.chargeSize(of: value) else { return false }
        return value == self.value
            || validation.fail("const", "expected \(VisibleText.quoted(self.value.encodedString()))")
    }

    func describe(_ outline: inout SchemaOutline) { outline.constants.append([value]) }
}
