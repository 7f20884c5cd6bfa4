/// Appends JSON to bytes.
struct Writer {
    var bytes: [UInt8] = []

    mutating func write(_ value: JSON) {
        switch value {
        case .null: word("null")
        case .bool(let value): word(value ? "true" : "false")
        case .integer(let value): ascii(String(value))
        case .number(let value): exactNumber(value)
        case .string(let value): string(value)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in object.members {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                string(member.key)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    mutating func writePretty(_ value: JSON, depth: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                newLine(depth + 1, isFirst: position == 0)
                writePretty(element, depth: depth + 1)
            }
            newLine(depth, isFirst: true)
            bytes.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in object.members.enumerated() {
                newLine(depth + 1, isFirst: position == 0)
                string(member.key)
                word(": ")
                writePretty(member.value, depth: depth + 1)
            }
            newLine(depth, isFirst: true)
            bytes.append(UInt8(ascii: "}"))
        default:
            write(value)
        }
    }

    private mutating func newLine(_ depth: Int, isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    /// A number whose text is read back as the same value. Integers of 64 bits are written out, because the shortest
    /// text of a large double (1152921504606847000 for 2^60) is another integer.
    private mutating func exactNumber(_ value: Double) {
        guard value.isFinite else { return word("null") }
        if let integer = ExactInteger.of(value), !(integer == 0 && value.sign == .minus) {
            ascii(String(integer))
        } else if value == 0 {
            word("-0")
        } else {
            ascii(ECMAScriptNumber.text(value))
        }
    }

    mutating func word(_ word: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    mutating func ascii(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
