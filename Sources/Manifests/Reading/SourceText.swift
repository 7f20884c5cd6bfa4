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
        var position = Position.start
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        var previous: Unicode.Scalar = " "
        while true {
            let scalar: Unicode.Scalar
            switch decoder.decode(&iterator) {
            case .emptyInput: return true
            case .error:
                problems.add(.syntax, at: position, "expected UTF-8, found bytes that are not")
                return false
            case .scalarValue(let decoded): scalar = decoded
            }
            if let reason = refusal(of: scalar, at: position) {
                problems.add(.syntax, at: position, reason.message, suggestion: reason.suggestion)
                return false
            }
            position.advance(over: scalar, after: previous)
            previous = scalar
        }
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

    private static func refusal(of scalar: Unicode.Scalar, at position: Position) -> (
        message: String, suggestion: String?
    )? {
        let name =
            "U+" + String(repeating: "0", count: max(0, 4 - String(scalar.value, radix: 16).count))
            + String(scalar.value, radix: 16, uppercase: true)
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: return nil
        case 0xFEFF where position == .start:
            return ("the file starts with a byte order mark", "save it as UTF-8 without one")
        case 0xFEFF:
            return ("found a byte order mark (\(name)) inside the text", "remove it")
        // NEL, LS and PS end a line for YAML 1.1 and for some editors, and do not for YAML 1.2: one of them could
        // hide a rule from a reviewer, or show one that is not there.
        case 0x85, 0x2028, 0x2029:
            return ("found the line separator \(name)", "use a line feed, or an escape in double quotes")
        case 0x00...0x1F, 0x7F...0x9F:
            return ("found the control character \(name)", "write it as an escape in double quotes")
        // CVE-2021-42574: these reorder what an editor shows, so that a reviewer reads another manifest.
        case 0x202A...0x202E, 0x2066...0x2069:
            return ("found the bidirectional control \(name)", "write it as an escape in double quotes")
        default: return nil
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
