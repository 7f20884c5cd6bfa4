/// Which control sequences reach the terminal. A list of what passes: what some terminal makes of any other is not
/// known. By xterm's ctlseqs and the kitty keyboard protocol.
enum ControlSequenceRules {
    enum Verdict: Hashable {
        case pass(ControlSequence)
        case drop
        /// The agent gets this from us in place of the terminal's word.
        case answer([UInt8])
    }

    static func verdict(on sequence: ControlSequence, size: (rows: Int, columns: Int)) -> Verdict {
        if let reply = answer(to: sequence, size: size) { return .answer(reply) }
        switch (sequence.prefix, sequence.intermediates) {
        case (nil, []): return plain(sequence)
        case (UInt8(ascii: "?"), []): return asked(sequence)
        // Other keys than letters in their modern encodings: modifyOtherKeys, and the stack of kitty.
        case (UInt8(ascii: ">"), []) where isOne(sequence.final, of: "mnu"): return .pass(sequence)
        case (UInt8(ascii: "<"), []), (UInt8(ascii: "="), []):
            return sequence.final == UInt8(ascii: "u") ? .pass(sequence) : .drop
        case (nil, let intermediates) where intermediates.count == 1:
            let finals = decorated[Character(Unicode.Scalar(intermediates[0]))] ?? ""
            return isOne(sequence.final, of: finals) ? .pass(sequence) : .drop
        default: return .drop
        }
    }

    /// Cursor, erasing, scrolling, tabs, colours and style, margins. Not among them: `c n x` (questions), `i` (prints),
    /// `y` (tests), `q` (lamps).
    private static let finals = "@ABCDEFGHIJKLMPSXZ`abdefgmr"

    /// With an intermediate: the shape of the cursor; soft reset; protection; rectangles that are filled and erased,
    /// columns; the stack of colours. Not among them: `$r $t $v`, which copy and change what somebody else has drawn; `$p "p *y $w #|` and others that ask, resize, run macros or change the encoding of controls.
    private static let decorated: [Character: String] = [
        " ": "q@A", "!": "p", "\"": "q", "$": "xz{", "*": "x", "'": "}~", "#": "{}pq",
    ]

    private static func plain(_ sequence: ControlSequence) -> Verdict {
        switch Character(Unicode.Scalar(sequence.final)) {
        case "h", "l": return modes(sequence, of: ScreenModes.ansiModes)
        // With parameters they are margins of columns, and tracking of the mouse, for which the terminal waits.
        case "s": return sequence.parameters.isEmpty ? .pass(sequence) : .drop
        case "u": return sequence.parameters.isEmpty ? .pass(sequence) : .drop
        case "T": return sequence.parameters.count <= 1 ? .pass(sequence) : .drop
        // Of what windows can be told, the stack of titles only.
        case "t": return [22, 23].contains(sequence.number(or: 0)) ? .pass(sequence) : .drop
        default: return isOne(sequence.final, of: finals) ? .pass(sequence) : .drop
        }
    }

    private static func asked(_ sequence: ControlSequence) -> Verdict {
        switch Character(Unicode.Scalar(sequence.final)) {
        case "h", "l": return modes(sequence, of: ScreenModes.privateModes)
        case "J", "K", "W": return .pass(sequence)
        default: return .drop
        }
    }

    /// The modes that are on the list, without the others.
    private static func modes(_ sequence: ControlSequence, of allowed: Set<Int>) -> Verdict {
        var sequence = sequence
        let kept = zip(sequence.parameters, sequence.numbers).filter { $0.1.map(allowed.contains) == true }
        guard !kept.isEmpty else { return .drop }
        sequence.parameters = kept.map(\.0)
        return .pass(sequence)
    }

    /// What is said to what programs wait for; nil where no reply is what they have to expect.
    private static func answer(to sequence: ControlSequence, size: (rows: Int, columns: Int)) -> [UInt8]? {
        let parameter = sequence.number(or: 0)
        switch (sequence.prefix.map { Character(Unicode.Scalar($0)) }, Character(Unicode.Scalar(sequence.final))) {
        // Device attributes: a VT220 with colours, of no make.
        case (nil, "c") where sequence.intermediates.isEmpty && parameter == 0: return csi("?62;22c")
        case (">", "c") where sequence.intermediates.isEmpty && parameter == 0: return csi(">1;10;0c")
        // The terminal is well; the cursor, which nobody here keeps track of, is in the corner.
        case (nil, "n") where sequence.intermediates.isEmpty && parameter == 5: return csi("0n")
        case (nil, "n") where sequence.intermediates.isEmpty && parameter == 6: return csi("1;1R")
        case ("?", "n") where sequence.intermediates.isEmpty && parameter == 6: return csi("?1;1R")
        // No mode is known.
        case ("?", "p") where sequence.intermediates == [0x24]: return csi("?\(parameter);0$y")
        case (nil, "p") where sequence.intermediates == [0x24]: return csi("\(parameter);0$y")
        case (nil, "t") where sequence.intermediates.isEmpty && parameter == 18:
            return csi("8;\(size.rows);\(size.columns)t")
        default: return nil
        }
    }

    private static func csi(_ text: String) -> [UInt8] { [0x1B, 0x5B] + Array(text.utf8) }

    private static func isOne(_ byte: UInt8, of characters: String) -> Bool { characters.utf8.contains(byte) }
}
