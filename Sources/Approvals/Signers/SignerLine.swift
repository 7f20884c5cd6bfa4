import Diagnostics

/// One line of a text file, taken apart with the place of each word.
struct SignerLine {
    let file: String
    let number: Int
    /// Without its end.
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Longest line, in bytes: the largest key fits ten times.
    static let longest = 32 << 10

    init(_ bytes: ArraySlice<UInt8>, number: Int, file: String) {
        // Files that were edited elsewhere end their lines so; ssh-keygen takes that for white space.
        self.bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        self.number = number
        self.file = file
        position = self.bytes.startIndex
    }

    /// A word, and where it begins.
    struct Word {
        var text: String
        var place: Int
    }

    /// The lines of a file that are not empty.
    ///
    /// - Throws: If the file is not text, or too large.
    static func lines(of content: [UInt8], file: String, limit: Int) throws(ApprovalFileError) -> [SignerLine] {
        guard content.count <= limit else {
            throw ApprovalFileError(.tooLarge, file: file, "has \(content.count) bytes; the limit is \(limit)")
        }
        var lines: [SignerLine] = []
        for (index, bytes) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            var line = SignerLine(bytes, number: index + 1, file: file)
            try line.checkText()
            line.skipSpace()
            if !line.isAtEnd { lines.append(line) }
        }
        return lines
    }

    var isAtEnd: Bool { position == bytes.endIndex }
    var isComment: Bool { !isAtEnd && bytes[position] == UInt8(ascii: "#") }

    mutating func skipSpace() {
        while position < bytes.endIndex, Self.isSpace(bytes[position]) { position += 1 }
    }

    /// The next word: up to white space that is not in quotation marks. Nil at the end.
    mutating func word() throws(ApprovalFileError) -> Word? {
        skipSpace()
        guard !isAtEnd else { return nil }
        let start = position
        var isQuoted = false
        while position < bytes.endIndex, isQuoted || !Self.isSpace(bytes[position]) {
            if bytes[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
            position += 1
        }
        guard !isQuoted else { throw problem(.invalidLine, at: start, "a quotation mark is never closed") }
        return Word(text: String(decoding: bytes[start..<position], as: UTF8.self), place: start)
    }

    /// Takes the `#` and the words behind it.
    mutating func commentWords() throws(ApprovalFileError) -> [Word] {
        position += 1
        // A comment may hold anything, a single quotation mark too.
        return bytes[position...].split(whereSeparator: Self.isSpace).map {
            Word(text: String(decoding: $0, as: UTF8.self), place: $0.startIndex)
        }
    }

    func problem(
        _ reason: ApprovalFileError.Code, at place: Int? = nil, _ message: String, remedy: String? = nil
    ) -> ApprovalFileError {
        let before = String(decoding: bytes[..<min(place ?? position, bytes.endIndex)], as: UTF8.self)
        return ApprovalFileError(
            reason, file: file, line: number, column: before.unicodeScalars.count + 1, message, remedy: remedy)
    }

    private func checkText() throws(ApprovalFileError) {
        guard bytes.count <= Self.longest else {
            throw problem(
                .tooLarge, at: bytes.startIndex, "the line has \(bytes.count) bytes; the limit is \(Self.longest)")
        }
        if let control = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            throw problem(.notText, at: control, "a control character")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw problem(.notText, at: bytes.startIndex, "the line is not UTF-8")
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
