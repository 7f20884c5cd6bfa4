import Diagnostics
import StrictJSON

extension Shape {
    /// A list.
    static func list<Element>(
        of element: Shape<Element>, _ expectation: String = "a list", count: ClosedRange<Int> = 0...1000
    ) -> Shape where Value == [Element] {
        var schema: JSONObject = ["type": "array", "items": element.schema]
        if count.lowerBound > 0 { schema["minItems"] = .integer(Int64(count.lowerBound)) }
        schema["maxItems"] = .integer(Int64(count.upperBound))
        let shape = Shape(expectation, schema: .object(schema)) { _, _ in nil }
        return Shape(expectation, schema: .object(schema)) { located, decoding in
            guard case .array(let elements) = located.content else {
                let isElement = !(located.json.isNull)
                shape.mismatch(
                    located, &decoding, suggestion: isElement ? "for a list of one write `[…]`" : nil)
                return nil
            }
            guard count.contains(elements.count) else {
                decoding.report(
                    .invalidValue, at: located.position,
                    "expected \(expectation) of \(count.lowerBound) to \(count.upperBound) elements, "
                        + "found \(elements.count)")
                return nil
            }
            let values = elements.enumerated().map { index, value in
                decoding.inside(.index(index)) { element.decode(value, &$0) }
            }
            let decoded = values.compactMap { $0 }
            return decoded.count == values.count ? decoded : nil
        }
    }

    /// A mapping whose keys the author chooses, in file order. `keyPattern` is for the schema (ECMA 262).
    static func mapping<Name: Sendable, Element>(
        _ expectation: String, key keyExpectation: String, keyPattern: String, count: ClosedRange<Int> = 0...256,
        parseKey: @escaping @Sendable (String) -> Name?, value: Shape<Element>
    ) -> Shape where Value == [MappingEntry<Name, Element>] {
        var schema: JSONObject = [
            "type": "object", "propertyNames": ["pattern": .string(keyPattern)], "additionalProperties": value.schema,
        ]
        if count.lowerBound > 0 { schema["minProperties"] = .integer(Int64(count.lowerBound)) }
        schema["maxProperties"] = .integer(Int64(count.upperBound))
        let shape = Shape(expectation, schema: .object(schema)) { _, _ in nil }
        return Shape(expectation, schema: .object(schema)) { located, decoding in
            guard case .object(let members) = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            guard count.contains(members.count) else {
                decoding.report(
                    .invalidValue, at: located.position,
                    "expected \(expectation) with \(count.lowerBound) to \(count.upperBound) keys, "
                        + "found \(members.count)")
                return nil
            }
            let entries: [MappingEntry<Name, Element>?] = members.map { member in
                decoding.inside(.key(member.key)) { decoding in
                    let decoded = value.decode(member.value, &decoding)
                    guard let name = parseKey(member.key) else {
                        decoding.report(
                            .invalidValue, at: member.keyPosition,
                            "expected \(keyExpectation) as the key, found \(VisibleText.quoted(member.key))")
                        return nil
                    }
                    return decoded.map { MappingEntry(key: member.key, name: name, value: $0) }
                }
            }
            let decoded = entries.compactMap { $0 }
            return decoded.count == entries.count ? decoded : nil
        }
    }

    /// One of several forms, told apart by the type of the value.
    static func either(_ forms: [(Located.Kind, Shape)]) -> Shape {
        let expectation = forms.map(\.1.expectation).joined(separator: ", or ")
        let schema: JSON = ["anyOf": .array(forms.map(\.1.schema))]
        let shape = Shape(expectation, schema: schema) { _, _ in nil }
        return Shape(expectation, schema: schema) { located, decoding in
            guard let form = forms.first(where: { $0.0 == located.kind }) else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return form.1.decode(located, &decoding)
        }
    }

    /// A shape that holds itself: `name` is its place among the schema's `$defs`.
    static func reference(_ name: String, _ expectation: String, to shape: @escaping @Sendable () -> Shape) -> Shape {
        Shape(expectation, schema: ["$ref": .string("#/$defs/\(name)")]) { located, decoding in
            shape().decode(located, &decoding)
        }
    }
}

extension Shape where Value == JSON {
    /// Any value at all. A key with nothing behind it is null for YAML, and a forgotten value for everybody else.
    static var any: Shape {
        let shape = Shape("a value", schema: [:]) { _, _ in nil }
        return Shape(shape.expectation, schema: shape.schema) { located, decoding in
            guard located.plainSource != "" else {
                shape.mismatch(located, &decoding, suggestion: "write `null` if that is meant")
                return nil
            }
            return located.json
        }
    }

    /// Any mapping.
    static func anyMapping(_ expectation: String) -> Shape {
        let shape = Shape(expectation, schema: ["type": "object"]) { _, _ in nil }
        return Shape(expectation, schema: shape.schema) { located, decoding in
            guard case .object = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return located.json
        }
    }
}

/// One entry of a mapping whose keys the author chooses.
struct MappingEntry<Name: Sendable, Value: Sendable>: Sendable {
    /// As written.
    var key: String
    var name: Name
    var value: Value
}

extension Located {
    /// What tells alternatives apart.
    enum Kind: Sendable { case text, number, other, list, mapping }

    var kind: Kind {
        switch content {
        case .scalar(.string): .text
        case .scalar(.integer), .scalar(.number): .number
        case .array: .list
        case .object: .mapping
        default: .other
        }
    }
}
