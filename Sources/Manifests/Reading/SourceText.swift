/// The bytes of a manifest before anything is made of them: bounded, UTF-8, and free of characters that would let
/// the text mean something else than what an editor shows.
struct SourceText {
    /// More than a manifest needs, and little enough to be read in milliseconds.
    static let maximumBytes = 1 << 20

    /// Reports the first thing that makes these bytes no text; false if there is one.
    static func check(_ bytes: [UInt8], _ problems: inout ProblemList) -> Bool {
        guard bytes.count <= maximumBytes else {
            problems.add(.unreadable, at: .start, "the file is larger than a manifest may be, \(maximumBytes) bytes")
            return false
        }
        guard let offset = firstRefused(bytes) else { return true }
        let position = position(ofByte: offset, in: bytes)
        let reason = scalar(at: offset, in: bytes).flatMap { refusal(of: $0) }
        problems.add(
            .syntax, at: position, reason?.message ?? "expected UTF-8, found bytes that are not",
            suggestion: reason?.suggestion)
        return false
    }

    private static func firstRefused(_ bytes: [UInt8]) -> Int? {
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if (0x20...0x7E).contains(byte) || byte == UInt8(ascii: "\n") {
                offset += 1
                continue
            }
            guard let scalar = scalar(at: offset, in: bytes), refusal(of: scalar) == nil else { return offset }
            offset += UTF8.width(scalar)
        }
        return nil
    }

    /// Nil if no scalar is there.
    private static func scalar(at offset: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
        var iterator = bytes[offset...].prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return scalar
    }

    /// The position of a byte of valid UTF-8. Linear: for the one error of a file that is not JSON.
    static func position(ofByte offset: Int, in bytes: [UInt8]) -> Position {
        var position = Position.start
        var previous: Unicode.Scalar = " "
        for scalar in String(decoding: bytes.prefix(offset), as: UTF8.self).unicodeScalars {
            position.advance(over: scalar, after: previous)
            previous = scalar
        }
        return position
    }

    private static func refusal(of scalar: Unicode.Scalar) -> Refusal? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: nil
        case 0xFEFF: Refusal("byte order mark", scalar, "save the file as UTF-8 without one")
        // NEL, LS and PS end a line for YAML 1.1 and for some editors, and do not for YAML 1.2: one of them could
        // hide a rule from a reviewer, or show one that is not there.
        case 0x85, 0x2028, 0x2029:
            Refusal("line separator", scalar, "use a line feed, or an escape in double quotes")
        case 0x00...0x1F, 0x7F...0x9F: Refusal("control character", scalar, "write it as an escape in double quotes")
        // CVE-2021-42574: these reorder what an editor shows, so that a reviewer reads another manifest.
        case 0x202A...0x202E, 0x2066...0x2069:
            Refusal("bidirectional control", scalar, "write it as an escape in double quotes")
        default: nil
        }
    }

    /// What is wrong with a character.
    private struct Refusal {
        var message: String
        var suggestion: String

        init(_ what: String, _ scalar: Unicode.Scalar, _ suggestion: String) {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            message = "found the \(what) U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            self.suggestion = suggestion
        }
    }
}

extension Position {
    /// Moves past one scalar. CR, LF and CRLF each end a line.
    mutating func advance(over scalar: Unicode.Scalar, after previous: Unicode.Scalar) {
        if scalar == "\n", previous == "\r" { return }
        if scalar == "\n" || scalar == "\r" {
            line += 1
            column = 1
        } else {
            column += 1
        }
    }
}
