/// What a person does at a prompt.
enum PromptKey: Hashable {
    case letter(Character)
    case enter, rubOut, escape, interrupt, next, previous
}

/// Makes keys of what a terminal sends. Sequences that are no such key, the replies of a terminal among them, are
/// nothing: not their letters.
struct PromptKeys {
    private enum State {
        case ground, escape, sequence
        /// A function key: one byte more.
        case function
        /// To its end.
        case string
        /// Coordinates of a mouse in its oldest encoding: so many bytes more.
        case mouse(Int)
    }

    private var state = State.ground
    private var body: [UInt8] = []

    /// True if Escape was pressed or a sequence begins: which of them, time tells.
    var isAmbiguous: Bool { if case .escape = state { true } else { false } }

    /// No more came: it was the key.
    mutating func settle() -> PromptKey? {
        guard isAmbiguous else { return nil }
        state = .ground
        return .escape
    }

    mutating func take(_ byte: UInt8) -> PromptKey? {
        switch state {
        case .ground: return ground(byte)
        case .escape:
            switch byte {
            case UInt8(ascii: "["):
                state = .sequence
                body = []
            case UInt8(ascii: "O"): state = .function
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
                state = .string
            case 0x1B: return .escape
            // With Alt: no key of ours.
            default: state = .ground
            }
            return nil
        case .function:
            state = .ground
            return nil
        case .string:
            if byte == 0x07 || byte == 0x18 || byte == 0x1A { state = .ground }
            if byte == 0x1B { state = .function }
            return nil
        case .mouse(let left):
            state = left > 1 ? .mouse(left - 1) : .ground
            return nil
        case .sequence:
            guard (0x40...0x7E).contains(byte) else {
                if body.count < 64 { body.append(byte) }
                return nil
            }
            state = byte == UInt8(ascii: "M") && body.isEmpty ? .mouse(3) : .ground
            return key(String(decoding: body, as: UTF8.self), byte)
        }
    }

    private mutating func ground(_ byte: UInt8) -> PromptKey? {
        switch byte {
        case 0x1B:
            state = .escape
            return nil
        case 0x0D, 0x0A: return .enter
        case 0x7F, 0x08: return .rubOut
        case 0x03, 0x04: return .interrupt
        case 0x20: return .next
        case 0x21...0x7E: return .letter(Character(Unicode.Scalar(byte)))
        default: return nil
        }
    }

    private func key(_ parameters: String, _ final: UInt8) -> PromptKey? {
        switch (parameters, Character(Unicode.Scalar(final))) {
        case ("", "B"), ("6", "~"): .next
        case ("", "A"), ("5", "~"): .previous
        case ("27", "u"), ("27;1", "u"): .escape
        default: nil
        }
    }
}
