import Diagnostics
import StrictJSON

/// Values as they stand in a manifest that agentbox writes: on one line, and read back as the very same value.
///
/// What stands in double quotes is nothing but itself to YAML: no text of an agent's can end the value that it stands in,
/// start a comment, or become another type. What would not show as what it is (see `VisibleText`) is escaped.
///
/// ```swift
/// YAMLText.flow(["to": ["bob@example.com", "no: thing"]])   // {to: [bob@example.com, "no: thing"]}
/// YAMLText.value(["to": ["bob@example.com", "no: thing"]])  // {"to": ["bob@example.com", "no: thing"]}
/// ```
package enum YAMLText {
    /// A value with every text in quotes.
    ///
    /// - Parameter isASCII: Escapes everything beyond ASCII.
    package static func value(_ value: JSON, isASCII: Bool = false) -> String {
        write(value) { quoted($0, isASCII: isASCII) }
    }

    /// A value as a person would write it: quotes only where they are needed.
    package static func flow(_ value: JSON) -> String { write(value) { name($0) } }

    /// A text, a key or a word: without quotes where it can be nothing but a text.
    package static func name(_ text: String, isASCII: Bool = false) -> String {
        isPlain(text) ? text : quoted(text, isASCII: isASCII)
    }

    private static func write(_ value: JSON, text: (String) -> String) -> String {
        switch value {
        case .string(let string): text(string)
        case .array(let elements): "[" + elements.map { write($0, text: text) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(text($0.key)): \(write($0.value, text: text))" }.joined(separator: ", ") + "}"
        // As in JSON: `null`, `true`, `-1.5e+300` mean the same to YAML's core schema.
        case .null, .bool, .integer, .number: value.encodedString()
        }
    }

    /// A text of a comment: on one line, with nothing in it that a terminal obeys or a person cannot see.
    package static func comment(_ text: String) -> String { "# " + VisibleText.line(text) }

    /// ASCII letters, digits and a few signs that mean nothing to YAML inside of a word; and no other type's value.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 200,
            Name.isForeignByte(first) && first != UInt8(ascii: "-") || first == UInt8(ascii: "/"),
            text.utf8.allSatisfy({ Name.isForeignByte($0) || "./@+".utf8.contains($0) })
        else { return false }
        guard case .value(.string) = CoreSchema.resolve(text) else { return false }
        // Other readers know YAML 1.1, to which `no` is false and `1_000` a number.
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) && !oldWords.contains(text.lowercased())
    }

    private static let oldWords: Set<String> = ["y", "n", "yes", "no", "on", "off"]

    /// A text in double quotes: YAML 1.2.2, section 7.3.1.
    package static func quoted(_ text: String, isASCII: Bool = false) -> String {
        // One character that has to be escaped makes the others doubtful too.
        let isVisible = !isASCII && VisibleText.block(text) == text
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case " "..."~": result.unicodeScalars.append(scalar)
            default:
                if isVisible { result.unicodeScalars.append(scalar) } else { result += escape(scalar.value) }
            }
        }
        return result + "\""
    }

    private static func escape(_ value: UInt32) -> String {
        let (letter, width) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
        let digits = String(value, radix: 16, uppercase: true)
        return "\\" + letter + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
