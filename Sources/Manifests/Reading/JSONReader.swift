import StrictJSON

/// Makes a located tree of a JSON text. `StrictJSON` alone says what the text means; a second pass over the bytes,
/// which it found valid, finds where each key and value stands, in the order in which the values come.
struct JSONReader {
    /// Nil if the text is not JSON, which is reported.
    static func read(_ bytes: [UInt8], _ problems: inout ProblemList) -> Located? {
        do throws(JSONError) {
            let limits = JSONLimits(bytes: SourceText.maximumBytes, depth: YAMLReader.maximumDepth)
            let value = try JSON(parsing: bytes, limits: limits)
            var places = JSONPlaces(bytes)
            return locate(value, &places)
        } catch {
            problems.add(
                .syntax, at: SourceText.position(ofByte: error.offset ?? 0, in: bytes), error.message,
                suggestion: error.remedy)
            return nil
        }
    }

    private static func locate(_ value: JSON, _ places: inout JSONPlaces) -> Located {
        let position = places.next()
        switch value {
        case .array(let elements):
            return Located(.array(elements.map { locate($0, &places) }), at: position)
        case .object(let object):
            let members = object.map { key, value in
                let keyPosition = places.next()
                return Located.Member(key: key, keyPosition: keyPosition, value: locate(value, &places))
            }
            return Located(.object(members), at: position)
        default:
            return Located(.scalar(value), at: position)
        }
    }
}

/// The places of all keys and values of a valid JSON text, in document order.
private struct JSONPlaces {
    private let bytes: [UInt8]
    private var offset = 0
    private var position = Position.start

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Where the next key or value starts. Moves past a scalar, or past the bracket that opens a container.
    mutating func next() -> Position {
        skip { " \t\r\n,:]}".utf8.contains($0) }
        let start = position
        guard offset < bytes.count else { return start }
        switch bytes[offset] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): step()
        case UInt8(ascii: "\""): skipString()
        default: skip { !" \t\r\n,]}".utf8.contains($0) }
        }
        return start
    }

    private mutating func skipString() {
        step()
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            if bytes[offset] == UInt8(ascii: "\\") { step() }
            step()
        }
        step()
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while offset < bytes.count, condition(bytes[offset]) { step() }
    }

    private mutating func step() {
        guard offset < bytes.count else { return }
        let byte = bytes[offset]
        let previous = offset > 0 ? bytes[offset - 1] : 0
        offset += 1
        switch byte {
        case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"): break
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): position = Position(line: position.line + 1, column: 1)
        // Continuation bytes of UTF-8 belong to the scalar that is counted already.
        case 0x80...0xBF: break
        default: position.column += 1
        }
    }
}
