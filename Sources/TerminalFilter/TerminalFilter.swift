/// # TerminalFilter
///
/// What an agent writes to the person's terminal, made harmless: a terminal obeys its output, and answers it with input.
/// A state machine over ECMA-48 with xterm's additions hands on whole sequences that are on a list, byte for byte, and
/// drops all others. Pure: bytes in, bytes out.
///
///     var filter = TerminalFilter()
///     filter.write([0x1B, 0x5B, 0x36, 0x6E])       // CSI 6 n: where is the cursor?
///     filter.output                                // nothing: the terminal is not asked
///     filter.replies                               // CSI 1 ; 1 R: what the agent is told
///
/// Attacks: a reply types into whatever reads the terminal next, a prompt of agentbox or the person's shell, and what a
/// title or a status string holds is the agent's to choose. Other sequences write to the clipboard, print, log to files,
/// start programs, lock the keyboard, or switch the terminal to another language altogether.
///
/// INVARIANT: the terminal is only ever given whole sequences, each of which it knows as what the filter took it for: so
/// both agree at every moment on what is text, and between two writes of the filter a prompt can be drawn.
public struct TerminalFilter: Sendable {
    /// For the terminal. Whoever takes it empties it.
    public var output: [UInt8] = []
    /// For the agent, as if it had been typed. Whoever takes it empties it.
    public var replies: [UInt8] = []
    /// What the terminal was put into by what has passed.
    public private(set) var modes = ScreenModes()
    /// Of the terminal, in characters: agents ask for it.
    public var size: (rows: Int, columns: Int) = (24, 80)

    private var parser = SequenceParser()

    /// A filter for a terminal that nothing has been drawn on.
    public init() {}

    /// Takes the next piece of the agent's output, cut anywhere.
    public mutating func write(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { write(byte) }
    }

    private mutating func write(_ byte: UInt8) {
        switch parser.take(byte) {
        case .nothing: break
        case .byte(let byte): output.append(byte)
        case .whole(let token): hand(token)
        case .replaced(let next):
            output += SequenceParser.replacement
            if let next { write(next) }
        case .both(let token, let next):
            hand(token)
            write(next)
        }
    }

    private mutating func hand(_ token: SequenceToken) {
        switch token {
        case .text(let bytes): output += bytes
        case .control(let code):
            if ControlRules.passes(code) { output.append(code) }
        case .escape(let sequence):
            guard EscapeRules.passes(sequence) else { return }
            modes.note(sequence)
            output += [0x1B] + sequence.intermediates + [sequence.final]
        case .controlSequence(let sequence):
            switch ControlSequenceRules.verdict(on: sequence, size: size) {
            case .pass(let passed):
                modes.note(passed)
                output += passed.bytes
            case .answer(let reply): replies += reply
            case .drop: break
            }
        case .string(let string):
            switch ControlStringRules.verdict(on: string) {
            case .pass: output += string.bytes
            case .answer(let reply): replies += reply
            case .drop: break
            }
        }
    }
}
