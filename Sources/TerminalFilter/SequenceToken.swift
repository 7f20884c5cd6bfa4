/// What a terminal reads at once.
enum SequenceToken: Hashable, Sendable {
    /// One character beyond ASCII, in UTF-8.
    case text([UInt8])
    /// A C0 control.
    case control(UInt8)
    case escape(EscapeSequence)
    case controlSequence(ControlSequence)
    case string(ControlString)
}

/// `ESC`, intermediates, a final byte (ECMA-35, 13).
struct EscapeSequence: Hashable, Sendable {
    var intermediates: [UInt8] = []
    var final: UInt8
}

/// `CSI`, parameters, intermediates, a final byte (ECMA-48, 5.4), well-formed.
struct ControlSequence: Hashable, Sendable {
    /// One of `<=>?`, of a private sequence.
    var prefix: UInt8?
    /// Each between semicolons; colons separate what is within one. Empty: the default.
    var parameters: [[UInt8]]
    var intermediates: [UInt8]
    var final: UInt8

    /// Of what stands between `CSI` and the final byte; nil if that is not well-formed.
    init?(_ body: [UInt8], final: UInt8) {
        var rest = body[...]
        prefix = nil
        if let first = rest.first, (0x3C...0x3F).contains(first) { prefix = rest.removeFirst() }
        let numbers = rest.prefix { (0x30...0x3B).contains($0) }
        let intermediates = rest[numbers.endIndex...]
        guard intermediates.allSatisfy({ (0x20...0x2F).contains($0) }) else { return nil }
        parameters =
            numbers.isEmpty
            ? [] : numbers.split(separator: 0x3B, omittingEmptySubsequences: false).map(Array.init)
        self.intermediates = Array(intermediates)
        self.final = final
        // Terminals differ in what becomes of numbers that are too large.
        guard parameters.allSatisfy({ $0.split(separator: 0x3A).allSatisfy { $0.count <= 5 } }) else { return nil }
    }

    /// The parameters as numbers; nil where one is not given. One with parts is none.
    var numbers: [Int?] {
        parameters.map { digits in
            digits.isEmpty || digits.contains(0x3A)
                ? nil : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
    }

    /// The first parameter, or `fallback` where it is not given.
    func number(or fallback: Int) -> Int { numbers.first.flatMap { $0 } ?? fallback }

    /// As it is written.
    var bytes: [UInt8] {
        [0x1B, 0x5B] + (prefix.map { [$0] } ?? []) + Array(parameters.joined(separator: [0x3B])) + intermediates
            + [final]
    }
}

/// A string that the terminal takes as a whole: `OSC`, `DCS` and their kin (ECMA-48, 5.6).
struct ControlString: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        case device = 0x50  // DCS
        case start = 0x58  // SOS
        case system = 0x5D  // OSC
        case privacy = 0x5E  // PM
        case program = 0x5F  // APC
        case title = 0x6B  // ESC k, of screen and tmux
    }

    var kind: Kind
    var content: [UInt8]
    /// Ended by BEL, as xterm allows of OSC.
    var endsWithBell: Bool

    var bytes: [UInt8] { [0x1B, kind.rawValue] + content + (endsWithBell ? [0x07] : [0x1B, 0x5C]) }
}
