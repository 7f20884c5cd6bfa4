import Diagnostics
import StrictJSON

/// The form of a value in a manifest: how it is read, how it is described to editors as JSON Schema (2020-12), and
/// what a message says was expected. One definition, so that the three cannot drift apart.
struct Shape<Value: Sendable>: Sendable {
    /// For messages: "a duration such as `10s`".
    let expectation: String
    let schema: JSON
    private let decoder: @Sendable (Located, inout Decoding) -> Value?

    init(
        _ expectation: String, schema: JSON, decode: @escaping @Sendable (Located, inout Decoding) -> Value?
    ) {
        self.expectation = expectation
        self.schema = schema
        self.decoder = decode
    }

    /// The value; nil if there is none, which is then reported.
    func decode(_ located: Located, _ decoding: inout Decoding) -> Value? {
        if case .invalid = located.content { return nil }
        return decoder(located, &decoding)
    }

    /// The same shape of another type.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Shape<Other> {
        Shape<Other>(expectation, schema: schema) { located, decoding in
            decode(located, &decoding).map(transform)
        }
    }

    /// The shape with a check of what no schema can express.
    func checked(_ check: @escaping @Sendable (Value, Located, inout Decoding) -> Void) -> Shape {
        Shape(expectation, schema: schema) { located, decoding in
            guard let value = decode(located, &decoding) else { return nil }
            check(value, located, &decoding)
            return value
        }
    }

    /// The shape with a check of its keys, made whether or not the value can be read.
    func structured(_ check: @escaping @Sendable (Located, inout Decoding) -> Void) -> Shape {
        Shape(expectation, schema: schema) { located, decoding in
            if case .object = located.content { check(located, &decoding) }
            return decode(located, &decoding)
        }
    }

    /// The shape with further keywords in its schema, for what a check of ours enforces too.
    func describing(_ keywords: JSONObject) -> Shape {
        var object = schema.objectValue ?? JSONObject()
        for (key, value) in keywords { object[key] = value }
        return Shape(expectation, schema: .object(object), decode: decoder)
    }

    /// Reports that something else was found.
    func mismatch(
        _ located: Located, _ decoding: inout Decoding, suggestion: @autoclosure () -> String? = nil
    ) {
        decoding.report(
            .invalidValue, at: located.position, "expected \(expectation), found \(located.found)",
            suggestion: suggestion())
    }
}

extension Located {
    /// What this is, in words.
    var found: String {
        switch content {
        case .scalar(.null): return plainSource.map { $0.isEmpty ? "nothing" : VisibleText.quoted($0) } ?? "`null`"
        case .scalar(.bool(let value)): return VisibleText.quoted(plainSource ?? String(value))
        case .scalar(.string(let text)): return text.isEmpty ? "an empty text" : "the text \(VisibleText.quoted(text))"
        case .scalar(let number): return "the number \(VisibleText.quoted(plainSource ?? number.encodedString()))"
        case .array(let elements): return elements.isEmpty ? "an empty list" : "a list"
        case .object(let members): return members.isEmpty ? "an empty mapping" : "a mapping"
        case .invalid: return "nothing"
        }
    }
}
