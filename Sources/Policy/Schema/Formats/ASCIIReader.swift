/// Reads a text byte by byte, for grammars in ASCII.
struct ASCIIReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var next: UInt8? { rest.first }

    mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// A letter in either case.
    mutating func take(letter: UInt8) -> Bool {
        guard let next, next | 0x20 == letter, Self.isLetter(next) else { return false }
        rest.removeFirst()
        return true
    }

    /// The value of exactly as many digits.
    mutating func number(digits: Int) -> Int? {
        let bytes = rest.prefix(digits)
        guard bytes.count == digits, bytes.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// How many bytes that satisfy the condition were read.
    mutating func skip(while condition: (UInt8) -> Bool) -> Int {
        let count = rest.prefix(while: condition).count
        rest = rest.dropFirst(count)
        return count
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
}
