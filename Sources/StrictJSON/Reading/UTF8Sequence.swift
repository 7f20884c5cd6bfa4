/// Well-formed byte sequences of more than one byte (Unicode 16, table 3-7).
enum UTF8Sequence {
    /// The length of the sequence at `index`, whose first byte is not ASCII. Refused: overlong forms, surrogates, what
    /// lies above U+10FFFF, stray continuation bytes and sequences that end early.
    static func length(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) throws(ParseFailure) -> Int {
        let length: Int
        let second: ClosedRange<UInt8>
        switch bytes[index] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw ParseFailure(.invalidUTF8, at: index)
        }
        guard bytes.count - index >= length, second.contains(bytes[index + 1]) else {
            throw ParseFailure(.invalidUTF8, at: index)
        }
        for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 {
            throw ParseFailure(.invalidUTF8, at: index)
        }
        return length
    }
}
