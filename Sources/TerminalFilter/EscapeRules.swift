/// Which escape sequences reach the terminal. Not among them: DECID (`Z`, a question), the change of the encoding
/// (`%`), 8-bit replies (space), VT52's language (`<` ends it), locks of memory (`l m`).
enum EscapeRules {
    static func passes(_ sequence: EscapeSequence) -> Bool {
        guard let first = sequence.intermediates.first else {
            return "6789=>DEHMNOcno|}~".utf8.contains(sequence.final)
        }
        switch first {
        case UInt8(ascii: "#"):
            return sequence.intermediates.count == 1 && "34568".utf8.contains(sequence.final)
        // Character sets: frames are drawn with one.
        case 0x28...0x2B, 0x2D...0x2F:
            return sequence.intermediates.count <= 2 && (0x30...0x7E).contains(sequence.final)
        default: return false
        }
    }
}

/// Which controls do: bell, movements, and the two that choose a character set. Not ENQ, which is answered.
enum ControlRules {
    static func passes(_ code: UInt8) -> Bool { (0x07...0x0F).contains(code) }
}
