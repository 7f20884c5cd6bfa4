import StrictJSON

/// What one call's own output may repeat: nothing in it that was in the call's arguments gains provenance.
///
/// A text is an echo if its letters and digits are those of pieces of the arguments (of three characters or more, put
/// together in any way, in any case), or if each of its words is. So what a tool cuts out, joins, quotes, groups or writes
/// in capitals is caught, and a call with long arguments gives hardly anything. A number is an echo if the arguments
/// hold it, also within a text. What a tool decodes or computes is not caught: such a tool is no source to trust.
struct CallEcho {
    private static let length = 3
    private var grams: Set<Gram> = []
    private var numbers: Set<NormalValue> = []

    init(of arguments: JSON) {
        var all = CompactText()
        arguments.forEachScalar { value in
            for text in Self.texts(of: value, &numbers) { all.append(text) }
        }
        for length in 1...Self.length where all.bytes.count >= length {
            for start in 0...(all.bytes.count - length) { grams.insert(Gram(all.bytes[start..<start + length])) }
        }
    }

    func covers(_ value: JSON) -> Bool {
        if NormalValue.forms(of: value).contains(where: { $0.kind == .number && numbers.contains($0) }) { return true }
        guard case .string(let text) = value else { return false }
        let compact = CompactText(text)
        if CompactText.isCovered(compact.bytes[...], length: Self.length, by: grams.contains) { return true }
        return compact.runs.allSatisfy {
            CompactText.isCovered(compact.bytes[$0], length: Self.length, by: grams.contains)
        }
    }

    /// The texts of a scalar, and its numbers: itself, and what is written as one in a text.
    static func texts(of value: JSON, _ numbers: inout Set<NormalValue>) -> [String] {
        switch value {
        case .integer, .number:
            numbers.formUnion(NormalValue.forms(of: value))
            return [value.encodedString()]
        case .string(let text):
            for word in text.utf8.split(whereSeparator: { !isInNumber($0) }) where word.count <= 40 {
                guard let number = NormalNumber(text: String(Substring(trimmed(word)))) else { continue }
                numbers.insert(NormalValue(.number, number.text))
            }
            return [text]
        default: return []
        }
    }

    /// The full stop behind a number ends a sentence.
    private static func trimmed(_ word: Substring.UTF8View) -> Substring.UTF8View {
        word.last == UInt8(ascii: ".") ? word.dropLast() : word
    }

    private static func isInNumber(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
    }
}
