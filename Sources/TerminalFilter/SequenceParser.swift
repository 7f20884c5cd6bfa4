/// The state machine that cuts output into what a terminal reads at once. After the DEC parser of Paul Williams, with
/// UTF-8 beneath it: C1 controls count as the two bytes that they are short for, and only as characters, since a lone
/// byte of theirs is no UTF-8.
struct SequenceParser: Sendable {
    /// What came of a byte.
    enum Step {
        case nothing
        /// It stands for itself.
        case byte(UInt8)
        case whole(SequenceToken)
        /// What came before was no UTF-8; the byte is still to be taken, if there is one.
        case replaced(UInt8?)
        /// Something ended, and the byte is still to be taken.
        case both(SequenceToken, UInt8)
    }

    private enum State {
        case ground
        case escape
        case controlSequence
        /// Too long, or not well-formed: dropped to its final byte.
        case ignored
        case string(ControlString.Kind)
    }

    private var state = State.ground
    /// Of a sequence or string, up to now.
    private var body: [UInt8] = []
    /// A string that does not fit, or holds what no string may.
    private var isBroken = false
    private var character = PartialCharacter()
    /// ESC within a string: its end, if `\` follows.
    private var sawEscape = false

    /// U+FFFD
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
    /// More than the sequences of colour and style that programs write.
    private static let longestSequence = 512
    /// More than the links that browsers take.
    private static let longestString = 4096

    /// Bytes that are held.
    var held: Int { body.count + character.bytes.count }

    mutating func take(_ byte: UInt8) -> Step {
        if case .string(let kind) = state { return takeString(byte, kind) }
        if byte >= 0x80 || !character.bytes.isEmpty { return takeCharacter(byte) }
        if byte == 0x1B {
            begin(.escape)
            return .nothing
        }
        switch state {
        case .ground: return byte < 0x20 ? .whole(.control(byte)) : byte == 0x7F ? .nothing : .byte(byte)
        case .escape: return takeEscape(byte)
        case .controlSequence, .ignored: return takeSequence(byte)
        case .string: return .nothing
        }
    }

    private mutating func begin(_ next: State) {
        state = next
        body.removeAll(keepingCapacity: true)
        isBroken = false
        sawEscape = false
    }

    /// Beyond ASCII, in text and in sequences.
    private mutating func takeCharacter(_ byte: UInt8) -> Step {
        switch character.take(byte) {
        case .incomplete: return .nothing
        case .invalid(let isFresh):
            // What is no character is shown as one that there is not, and ends a sequence that it stands in.
            begin(.ground)
            return .replaced(isFresh ? nil : byte)
        case .control(let code):
            begin(.escape)
            return takeEscape(code - 0x40)
        case .whole(let bytes):
            if case .ground = state { return .whole(.text(bytes)) }
            // No sequence has any: it is none.
            begin(.ground)
            return .whole(.text(bytes))
        }
    }

    private mutating func takeEscape(_ byte: UInt8) -> Step {
        switch byte {
        case 0x18, 0x1A:
            begin(.ground)
            return .nothing
        case 0x00...0x1F: return .whole(.control(byte))
        case 0x7F: return .nothing
        case 0x20...0x2F:
            if body.count < 3 { body.append(byte) } else { state = .ignored }
            return .nothing
        default: break
        }
        if body.isEmpty {
            if byte == 0x5B {
                begin(.controlSequence)
                return .nothing
            }
            if let kind = ControlString.Kind(rawValue: byte) {
                begin(.string(kind))
                return .nothing
            }
        }
        let sequence = EscapeSequence(intermediates: body, final: byte)
        begin(.ground)
        return .whole(.escape(sequence))
    }

    private mutating func takeSequence(_ byte: UInt8) -> Step {
        switch byte {
        case 0x18, 0x1A:
            begin(.ground)
            return .nothing
        case 0x00...0x1F: return .whole(.control(byte))
        case 0x7F: return .nothing
        case 0x20...0x3F:
            if body.count < Self.longestSequence { body.append(byte) } else { state = .ignored }
            return .nothing
        default:
            defer { begin(.ground) }
            if case .ignored = state { return .nothing }
            return ControlSequence(body, final: byte).map { .whole(.controlSequence($0)) } ?? .nothing
        }
    }

    private mutating func takeString(_ byte: UInt8, _ kind: ControlString.Kind) -> Step {
        if byte >= 0x80 || !character.bytes.isEmpty {
            switch character.take(byte) {
            case .incomplete: return .nothing
            case .invalid(let isFresh):
                isBroken = true
                return isFresh ? .nothing : takeString(byte, kind)
            case .control(0x9C): return end(kind, endsWithBell: false)
            case .control(let code):
                begin(.escape)
                return takeEscape(code - 0x40)
            case .whole(let bytes):
                keep(bytes)
                return .nothing
            }
        }
        if sawEscape {
            sawEscape = false
            if byte == 0x5C { return end(kind, endsWithBell: false) }
            begin(.escape)
            return byte == 0x1B ? .nothing : takeEscape(byte)
        }
        switch byte {
        case 0x1B: sawEscape = true
        case 0x18, 0x1A: begin(.ground)
        case 0x07 where kind == .system: return end(kind, endsWithBell: true)
        case 0x00...0x1F, 0x7F: isBroken = true
        default: keep([byte])
        }
        return .nothing
    }

    private mutating func keep(_ bytes: [UInt8]) {
        if body.count + bytes.count > Self.longestString { isBroken = true }
        if !isBroken { body += bytes }
    }

    private mutating func end(_ kind: ControlString.Kind, endsWithBell: Bool) -> Step {
        let string = ControlString(kind: kind, content: body, endsWithBell: endsWithBell)
        let isWhole = !isBroken
        begin(.ground)
        return isWhole ? .whole(.string(string)) : .nothing
    }
}
