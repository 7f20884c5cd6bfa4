import StrictJSON

/// Puts values at their places, so that together they are a call's arguments.
struct ArgumentsBuilder {
    private let schema: JSON

    init(_ schema: JSON) { self.schema = schema }

    /// Longer arrays are not made for the sake of one element.
    private static let maximumIndex = 64
    private static let maximumDepth = 16

    /// Nil if the values contradict one another: of two places one lies in the other, and the outer one has no room.
    func arguments(_ values: [(pointer: [String], value: JSON?)]) -> JSON? {
        var arguments = JSON.object(JSONObject())
        // Outer places first: what lies within is put into them.
        for (pointer, value) in values.sorted(by: { $0.pointer.count < $1.pointer.count }) {
            guard let value else { continue }
            guard let next = put(value, at: pointer[...], in: arguments, schema, depth: 0) else { return nil }
            arguments = next
        }
        let absent = Set(values.filter { $0.value == nil }.map(\.pointer))
        return filled(arguments, schema, at: [], except: absent, depth: 0)
    }

    private func put(
        _ value: JSON, at pointer: ArraySlice<String>, in container: JSON?, _ schema: JSON, depth: Int
    ) -> JSON? {
        guard let token = pointer.first else {
            return container == nil || depth == 0 || container == value ? value : nil
        }
        guard depth < Self.maximumDepth else { return nil }
        let rest = pointer.dropFirst()
        switch container {
        case .object(var object)?:
            let inner = schema["properties"]?[token] ?? .bool(true)
            guard let next = put(value, at: rest, in: object[token], inner, depth: depth + 1) else { return nil }
            object[token] = next
            return .object(object)
        case .array(var elements)?:
            guard let index = Int(token), String(index) == token, (0...Self.maximumIndex).contains(index) else {
                return nil
            }
            let inner = schema["items"] ?? .bool(true)
            while elements.count < index { elements.append(SchemaSample.value(of: inner) ?? .null) }
            let present = index < elements.count ? elements[index] : nil
            guard let next = put(value, at: rest, in: present, inner, depth: depth + 1) else { return nil }
            if index < elements.count { elements[index] = next } else { elements.append(next) }
            return .array(elements)
        case nil:
            let empty: JSON = schema["type"] == "array" ? [] : .object(JSONObject())
            return put(value, at: pointer, in: empty, schema, depth: depth)
        default:
            return nil
        }
    }

    /// With what the schema requires and nothing has said yet, and with the defaults that the registry fills in.
    private func filled(_ value: JSON, _ schema: JSON, at pointer: [String], except: Set<[String]>, depth: Int) -> JSON
    {
        guard case .object(var object) = value, depth < Self.maximumDepth else { return value }
        for (name, property) in schema["properties"]?.objectValue ?? JSONObject() {
            let place = pointer + [name]
            if let present = object[name] {
                object[name] = filled(present, property, at: place, except: except, depth: depth + 1)
            } else if !except.contains(place) {
                if depth == 0, let standard = property["default"] {
                    object[name] = standard
                } else if schema["required"]?.arrayValue?.contains(.string(name)) ?? false {
                    object[name] = SchemaSample.value(of: property)
                }
            }
        }
        return .object(object)
    }
}

/// A value that a plain schema allows. Whoever uses one has it validated.
enum SchemaSample {
    private static let maximumDepth = 8

    static func value(of schema: JSON, depth: Int = 0) -> JSON? {
        if let value = schema["const"] ?? schema["default"] ?? schema["enum"]?[0] ?? schema["examples"]?[0] {
            return value
        }
        guard depth < maximumDepth else { return nil }
        switch schema["type"]?.stringValue ?? schema["type"]?[0]?.stringValue {
        case "null": return .null
        case "boolean": return false
        case "integer", "number":
            if let minimum = schema["minimum"] { return minimum }
            if let above = schema["exclusiveMinimum"]?.integerValue, above < .max { return .integer(above + 1) }
            return schema["maximum"] ?? 1
        case "array":
            let count = min(schema["minItems"]?.integerValue ?? 0, 64)
            guard count > 0 else { return [] }
            return .array((0..<count).compactMap { _ in value(of: schema["items"] ?? .bool(true), depth: depth + 1) })
        case "object":
            var object = JSONObject()
            for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
                object[name] = value(of: schema["properties"]?[name] ?? .bool(true), depth: depth + 1)
            }
            return .object(object)
        default:
            if let pattern = schema["pattern"]?.stringValue, let text = PatternSamples.texts(pattern, count: 1).first {
                return .string(text)
            }
            let least = Int(clamping: min(schema["minLength"]?.integerValue ?? 0, 4096))
            let most = Int(clamping: schema["maxLength"]?.integerValue ?? 4)
            let text = "text"
            return .string(
                text.count < least
                    ? text + String(repeating: "x", count: least - text.count) : String(text.prefix(max(0, most))))
        }
    }
}
