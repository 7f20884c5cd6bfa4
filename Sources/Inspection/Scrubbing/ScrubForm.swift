/// How a form of a secret is written: what may stand between its units, and what else such a text holds.
enum ScrubForm: Sendable, Hashable, CaseIterable {
    /// As it is and escaped; also in UTF-16 and UTF-32, with NULs between.
    case text
    /// Also `65 79`, `65:79`, `65-79`, `65, 79` and `0x65, 0x79`.
    case hexadecimal
    /// A list of the bytes' values: `[101, 121]`.
    case decimal
    /// Also in lines (RFC 2045, 6.8), and such lines in JSON or quoted-printable.
    case base64

    /// Longer runs of separators end a form: two line breaks do, as an event or a paragraph ends with them.
    private static let longestRun = 8

    /// Whether a letter of some form, whatever it stands for.
    func holds(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): self != .decimal
        case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"):
            self == .text || self == .base64
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"): self == .base64
        default: false
        }
    }

    /// Where the next unit is if separators stand at a place; nil if none does.
    ///
    /// - Parameter isCutOff: Is set if the text ends before that is known.
    func skip(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, _ isCutOff: inout Bool) -> Int? {
        var place = start
        var breaks = 0
        while true {
            guard place < bytes.count else {
                isCutOff = true
                return nil
            }
            guard place - start < Self.longestRun, let length = separator(bytes, at: place, &breaks, &isCutOff) else {
                break
            }
            place += length
        }
        if self == .hexadecimal, bytes[place] == UInt8(ascii: "0") {
            guard place + 1 < bytes.count else {
                isCutOff = true
                return place > start ? place : nil
            }
            if bytes[place + 1] | 0x20 == UInt8(ascii: "x") { return place + 2 }
        }
        return place > start ? place : nil
    }

    /// The length of one separator; nil if there is none.
    private func separator(
        _ bytes: UnsafeBufferPointer<UInt8>, at place: Int, _ breaks: inout Int, _ isCutOff: inout Bool
    ) -> Int? {
        let byte = bytes[place]
        switch (byte, self) {
        case (0, .text): return 1
        case (0x0D, .base64), (0x0D, .hexadecimal), (0x0D, .decimal): return 1
        case (0x0A, .base64), (0x0A, .hexadecimal), (0x0A, .decimal):
            breaks += 1
            return breaks > 1 ? nil : 1
        case (UInt8(ascii: "="), .base64):
            // Of quoted-printable (RFC 2045, 6.7), before a line break only.
            guard place + 1 < bytes.count else {
                isCutOff = true
                return nil
            }
            return bytes[place + 1] == 0x0D || bytes[place + 1] == 0x0A || bytes[place + 1] == UInt8(ascii: "\\")
                ? 1 : nil
        case (UInt8(ascii: "\\"), .base64), (UInt8(ascii: "\\"), .hexadecimal):
            // Of JSON, and of JSON in JSON.
            var next = place
            while next < bytes.count, bytes[next] == UInt8(ascii: "\\"), next - place < Self.longestRun / 2 {
                next += 1
            }
            guard next < bytes.count else {
                isCutOff = true
                return nil
            }
            return bytes[next] == UInt8(ascii: "n") || bytes[next] == UInt8(ascii: "r") ? next + 1 - place : nil
        case (0x20, .hexadecimal), (0x20, .decimal), (0x09, .hexadecimal), (UInt8(ascii: ","), .hexadecimal),
            (UInt8(ascii: ","), .decimal), (UInt8(ascii: ":"), .hexadecimal), (UInt8(ascii: "-"), .hexadecimal):
            return 1
        default: return nil
        }
    }
}
