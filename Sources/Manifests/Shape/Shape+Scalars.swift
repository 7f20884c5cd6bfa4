import Diagnostics
import StrictJSON

extension Shape {
    /// A text that `parse` accepts. `pattern` is what a schema can say of that (ECMA 262); nil if it can say nothing.
    static func text(
        _ expectation: String, pattern: String? = nil, length: ClosedRange<Int>,
        suggest: (@Sendable (String) -> String?)? = nil, parse: @escaping @Sendable (String) -> Value?
    ) -> Shape {
        var schema: JSONObject = ["type": "string"]
        if length.lowerBound > 0 { schema["minLength"] = .integer(Int64(length.lowerBound)) }
        schema["maxLength"] = .integer(Int64(length.upperBound))
        if let pattern { schema["pattern"] = .string(pattern) }
        let shape = Shape(expectation, schema: .object(schema)) { _, _ in nil }
        return Shape(expectation, schema: .object(schema)) { located, decoding in
            guard case .scalar(.string(let text)) = located.content else {
                shape.mismatch(located, &decoding, suggestion: located.quotesHelp { parse($0) != nil })
                return nil
            }
            guard text.unicodeScalars.count <= length.upperBound else {
                decoding.report(
                    .invalidValue, at: located.position,
                    "expected \(expectation) of at most \(length.upperBound) characters, "
                        + "found \(text.unicodeScalars.count)")
                return nil
            }
            guard text.unicodeScalars.count >= length.lowerBound, let value = parse(text) else {
                shape.mismatch(located, &decoding, suggestion: suggest?(text))
                return nil
            }
            return value
        }
    }
}

extension Located {
    /// Advice for a text that YAML took for something else.
    fileprivate func quotesHelp(_ accepts: (String) -> Bool) -> String? {
        guard let plainSource, !plainSource.isEmpty, accepts(plainSource) else { return nil }
        return "put it in quotes: \"\(VisibleText.line(plainSource, limit: 60))\""
    }
}

extension Shape where Value == String {
    /// A text of one line: names and titles.
    static func line(_ expectation: String, maximum: Int = 200) -> Shape {
        text(expectation, pattern: #"^[^\u0000-\u001f\u007f]*$"#, length: 1...maximum) { text in
            text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? nil : text
        }
    }

    /// A text of any number of lines.
    static func prose(_ expectation: String, maximum: Int = 8192) -> Shape {
        text(expectation, pattern: #"^[^\u0000-\u0008\u000b-\u001f\u007f]*$"#, length: 1...maximum) { text in
            let refused = text.unicodeScalars.contains {
                ($0.value < 0x20 && $0 != "\n" && $0 != "\t") || $0.value == 0x7F
            }
            return refused ? nil : text
        }
    }

    /// A text that is always the same.
    static func constant(_ value: String) -> Shape {
        let shape = Shape(VisibleText.quoted(value), schema: ["const": .string(value)]) { _, _ in nil }
        return Shape(shape.expectation, schema: shape.schema) { located, decoding in
            guard case .scalar(.string(value)) = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return value
        }
    }
}

extension Shape where Value == Int {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int>) -> Shape {
        let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let schema: JSON = [
            "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]
        let shape = Shape(expectation, schema: schema) { _, _ in nil }
        return Shape(expectation, schema: schema) { located, decoding in
            guard let value = located.wholeNumber, range.contains(value) else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return value
        }
    }
}

extension Shape where Value == Bool {
    /// `true` or `false`; YAML 1.1's `yes` and `on` are texts.
    static var boolean: Shape {
        let shape = Shape("`true` or `false`", schema: ["type": "boolean"]) { _, _ in nil }
        return Shape(shape.expectation, schema: shape.schema) { located, decoding in
            guard case .scalar(.bool(let value)) = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return value
        }
    }
}

extension Shape where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words. `later` are words that this build knows of and cannot enforce.
    static func choice(later: [String: String] = [:]) -> Shape {
        let words = Value.allCases.map(\.rawValue)
        let expectation =
            words.count == 1 ? VisibleText.quoted(words[0]) : "one of " + VisibleText.list(words, conjunction: "or")
        let shape = Shape(expectation, schema: ["enum": .array(words.map { .string($0) })]) { _, _ in nil }
        return Shape(expectation, schema: shape.schema) { located, decoding in
            guard case .scalar(.string(let word)) = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            if let value = Value(rawValue: word) { return value }
            if let reason = later[word] {
                decoding.reportLater(word, reason, at: located.position)
            } else {
                shape.mismatch(located, &decoding, suggestion: Nearest.advice(for: word, among: words))
            }
            return nil
        }
    }
}

extension Located {
    /// The value of a number without a fraction.
    var wholeNumber: Int? {
        switch content {
        case .scalar(.integer(let value)): Int(exactly: value)
        case .scalar(.number(let value)): Int(exactly: value)
        default: nil
        }
    }
}

extension Decoding {
    /// Reports something that the design knows and that this build cannot hold anybody to.
    mutating func reportLater(_ word: String, _ reason: String, at position: Position) {
        report(
            .notEnforceable, at: position,
            "\(VisibleText.quoted(word)) (\(reason)) cannot be enforced by this build yet",
            suggestion: "remove it: a manifest that asks for it is refused, never run without it")
    }
}
