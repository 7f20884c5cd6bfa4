/// Finds where the characters of a scalar stand in the text that it was read from.
///
/// The value and its source are followed side by side, white space aside: so it works for every style of YAML, plain,
/// quoted, literal and folded, and for JSON. Where the two cannot be followed (an escape that stands for something
/// else) the last place that is known stands for the rest.
struct SourcePlaces {
    private let bytes: [UInt8]
    /// Offsets of the lines' first bytes, made when first needed: most manifests need none.
    private lazy var lines: [Int] = Self.lineStarts(of: bytes)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Where the characters of `text` stand, whose scalar starts at `position`.
    mutating func anchors(of text: String, at position: Position) -> [ConditionSource.Anchor] {
        guard var cursor = cursor(at: position) else { return [.init(offset: 0, position: position)] }
        let style = cursor.enterScalar()
        var anchors: [ConditionSource.Anchor] = []
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            if scalar.properties.isWhitespace {
                if anchors.isEmpty { anchors.append(.init(offset: 0, position: cursor.position)) }
                cursor.skipOneSpace(style)
                continue
            }
            cursor.skipSpaces()
            while style == .doubleQuoted, cursor.skipLineContinuation() { cursor.skipSpaces() }
            let found = cursor.position
            guard cursor.skip(scalar, style) else { break }
            if let last = anchors.last, last.position.line == found.line,
                last.position.column + offset - last.offset == found.column
            {
                continue
            }
            anchors.append(.init(offset: offset, position: found))
        }
        return anchors.isEmpty ? [.init(offset: 0, position: position)] : anchors
    }

    private mutating func cursor(at position: Position) -> SourceCursor? {
        guard lines.indices.contains(position.line - 1) else { return nil }
        var cursor = SourceCursor(
            bytes: bytes, offset: lines[position.line - 1], position: Position(line: position.line, column: 1))
        while cursor.position.column < position.column, cursor.position.line == position.line {
            guard cursor.next() != nil else { return nil }
        }
        return cursor
    }

    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        var starts = [0]
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"): starts.append(offset + 1)
            case UInt8(ascii: "\r"):
                let next = offset + 1
                if next >= bytes.count || bytes[next] != UInt8(ascii: "\n") { starts.append(next) }
            default: break
            }
        }
        return starts
    }
}

/// A place in a manifest's text, which is known to be UTF-8.
private struct SourceCursor {
    enum Style { case plain, singleQuoted, doubleQuoted, block }

    let bytes: [UInt8]
    var offset: Int
    var position: Position
    private var previous: Unicode.Scalar = " "

    init(bytes: [UInt8], offset: Int, position: Position) {
        self.bytes = bytes
        self.offset = offset
        self.position = position
    }

    var peek: Unicode.Scalar? {
        guard offset < bytes.count else { return nil }
        if bytes[offset] < 0x80 { return Unicode.Scalar(bytes[offset]) }
        var iterator = bytes[offset...].prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return scalar
    }

    mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        offset += UTF8.width(scalar)
        position.advance(over: scalar, after: previous)
        previous = scalar
        return scalar
    }

    /// Moves from a scalar's first character to the first of its content.
    mutating func enterScalar() -> Style {
        switch peek {
        case "\"":
            _ = next()
            return .doubleQuoted
        case "'":
            _ = next()
            return .singleQuoted
        case "|", ">":
            // The rest of the line holds indicators and perhaps a comment.
            let line = position.line
            while position.line == line, next() != nil {}
            return .block
        default:
            return .plain
        }
    }

    mutating func skipSpaces() {
        while let scalar = peek, scalar.properties.isWhitespace { _ = next() }
    }

    mutating func skipOneSpace(_ style: Style) {
        if style == .doubleQuoted, peek == "\\", !skipLineContinuation() {
            _ = next()
            _ = next()
        } else if let scalar = peek, scalar.properties.isWhitespace {
            _ = next()
        }
    }

    /// A backslash before the end of a line joins it to the next.
    mutating func skipLineContinuation() -> Bool {
        guard peek == "\\", offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "\n") || bytes[offset + 1] == UInt8(ascii: "\r")
        else { return false }
        _ = next()
        skipSpaces()
        return true
    }

    /// Moves past what stands for a character; false if that is not it.
    mutating func skip(_ scalar: Unicode.Scalar, _ style: Style) -> Bool {
        guard let found = next() else { return false }
        switch (style, found) {
        case (.singleQuoted, "'"): return scalar == "'" && next() == "'"
        case (.doubleQuoted, "\\"):
            let digits =
                switch next() {
                case "x": 2
                case "u": 4
                case "U": 8
                default: 0
                }
            for _ in 0..<digits { _ = next() }
            return true
        default: return found == scalar
        }
    }
}
