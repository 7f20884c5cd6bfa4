import Diagnostics
import StrictJSON

/// Writes values as the manifest reader reads them, on one line, whatever they hold.
///
/// Every text stands in double quotes, where YAML takes nothing but escapes for anything else than itself: no text of an
/// agent's can end the value that it stands in, start a comment, or become another type. What would not show as what it
/// is (see `VisibleText`) is escaped.
enum YAMLText {
    static func value(_ value: JSON) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .array(let elements): "[" + elements.map(Self.value).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { quoted($0.key) + ": " + Self.value($0.value) }.joined(separator: ", ") + "}"
        // As in JSON: `null`, `true`, `-1.5e+300` mean the same to YAML's core schema.
        default: value.encodedString()
        }
    }

    /// A name as a key or a word: without quotes where it can be nothing but a text.
    static func name(_ text: String) -> String {
        let words = ["null", "true", "false"]
        let isPlain =
            text.utf8.first.map(isLetter) ?? false
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "._-".utf8.contains($0) }
        return isPlain && !words.contains(text.lowercased()) ? text : quoted(text)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    static func quoted(_ text: String) -> String {
        // One character that has to be escaped makes the others doubtful too.
        let isVisible = VisibleText.block(text) == text
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
