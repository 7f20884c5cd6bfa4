/// A character beyond ASCII whose bytes arrive one by one, by table 3-7 of the Unicode standard: no overlong forms, no
/// surrogates. Terminals differ in what they make of those.
struct PartialCharacter: Sendable {
    enum Step {
        case incomplete
        case whole([UInt8])
        /// U+0080 to U+009F
        case control(UInt8)
        /// No character. `isFresh`: the byte itself cannot begin one; else what stood before it was cut off.
        case invalid(isFresh: Bool)
    }

    private(set) var bytes: [UInt8] = []

    mutating func take(_ byte: UInt8) -> Step {
        guard let lead = bytes.first else {
            guard (0xC2...0xF4).contains(byte) else { return .invalid(isFresh: true) }
            bytes = [byte]
            return .incomplete
        }
        guard allowed(after: lead).contains(byte) else {
            bytes = []
            return .invalid(isFresh: false)
        }
        bytes.append(byte)
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard bytes.count == length else { return .incomplete }
        defer { bytes = [] }
        return lead == 0xC2 && byte < 0xA0 ? .control(byte) : .whole(bytes)
    }

    private func allowed(after lead: UInt8) -> ClosedRange<UInt8> {
        guard bytes.count == 1 else { return 0x80...0xBF }
        switch lead {
        case 0xE0: return 0xA0...0xBF
        case 0xED: return 0x80...0x9F
        case 0xF0: return 0x90...0xBF
        case 0xF4: return 0x80...0x8F
        default: return 0x80...0xBF
        }
    }
}
