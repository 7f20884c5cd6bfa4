import Diagnostics
import StrictJSON

/// Values as they stand in a manifest that agentbox writes: on one line, and read back as the very same value.
///
/// ```swift
/// YAMLText.flow(["to": ["bob@example.com", "no: thing"]])   // {to: [bob@example.com, "no: thing"]}
/// ```
package enum YAMLText {
    /// A value in flow style.
    package static func flow(_ value: JSON) -> String {
        switch value {
        case .string(let text): scalar(text)
        case .array(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(scalar($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
        case .null, .bool, .integer, .number: value.encodedString()
        }
    }

    /// A text: without quotes where nothing could take it for anything else.
    package static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

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

    /// YAML 1.2.2, section 5.7: what is not printable, or hides, is escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if needsEscape(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
            }
        }
        return result + "\""
    }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        if scalar.properties.isDefaultIgnorableCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .unassigned,
            .surrogate:
            return true
        default: return false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - digits.count)) + digits }
        return scalar.value <= 0xFF ? "\\x" + padded(2) : scalar.value <= 0xFFFF ? "\\u" + padded(4) : "\\U" + padded(8)
    }
}
