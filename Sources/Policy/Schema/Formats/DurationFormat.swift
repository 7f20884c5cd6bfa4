/// Durations as RFC 3339, appendix A, writes them: each unit only beside the next smaller one.
enum DurationFormat {
    static func admits(_ text: String) -> Bool {
        var reader = ASCIIReader(text)
        guard reader.take(UInt8(ascii: "P")) else { return false }
        let date = units(&reader)
        if date == "W" { return reader.isAtEnd }
        guard date.isEmpty || "YMD".hasCompact(date) else { return false }
        guard reader.take(UInt8(ascii: "T")) else { return !date.isEmpty && reader.isAtEnd }
        let time = units(&reader)
        return !time.isEmpty && "HMS".hasCompact(time) && reader.isAtEnd
    }

    /// The letters after the numbers; what is no number with a letter is left.
    private static func units(_ reader: inout ASCIIReader) -> String {
        var units = ""
        while let next = reader.next, ASCIIReader.isDigit(next), units.utf8.count < 4 {
            _ = reader.skip(while: ASCIIReader.isDigit)
            guard let letter = reader.next, (0x41...0x5A).contains(letter), reader.take(letter) else { return "?" }
            units.unicodeScalars.append(Unicode.Scalar(letter))
        }
        return units
    }
}

extension String {
    /// True if `part` is a run of this text's characters without a gap.
    fileprivate func hasCompact(_ part: String) -> Bool {
        (0..<utf8.count).contains { utf8.dropFirst($0).starts(with: part.utf8) }
    }
}
