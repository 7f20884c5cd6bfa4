/// Dates and times of RFC 3339, 5.6.
enum TimeFormat {
    static func isDate(_ text: String) -> Bool {
        var reader = ASCIIReader(text)
        return date(&reader) && reader.isAtEnd
    }

    static func isTime(_ text: String) -> Bool {
        var reader = ASCIIReader(text)
        return time(&reader) && reader.isAtEnd
    }

    static func isDateTime(_ text: String) -> Bool {
        var reader = ASCIIReader(text)
        return date(&reader) && reader.take(letter: UInt8(ascii: "t")) && time(&reader) && reader.isAtEnd
    }

    private static func date(_ reader: inout ASCIIReader) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard let year = reader.number(digits: 4), reader.take(hyphen), let month = reader.number(digits: 2),
            reader.take(hyphen), let day = reader.number(digits: 2), (1...12).contains(month)
        else { return false }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    private static func time(_ reader: inout ASCIIReader) -> Bool {
        let colon = UInt8(ascii: ":")
        guard let hour = reader.number(digits: 2), reader.take(colon), let minute = reader.number(digits: 2),
            reader.take(colon), let second = reader.number(digits: 2), hour < 24, minute < 60, second < 61
        else { return false }
        if reader.take(UInt8(ascii: ".")), reader.skip(while: ASCIIReader.isDigit) == 0 { return false }
        guard let offset = offset(&reader) else { return false }
        // A leap second is the last of a day in UTC.
        let day = 24 * 60
        return second < 60 || (hour * 60 + minute - offset + 2 * day) % day == day - 1
    }

    /// Minutes east of UTC.
    private static func offset(_ reader: inout ASCIIReader) -> Int? {
        if reader.take(letter: UInt8(ascii: "z")) { return 0 }
        let isEast = reader.take(UInt8(ascii: "+"))
        guard isEast || reader.take(UInt8(ascii: "-")), let hour = reader.number(digits: 2),
            reader.take(UInt8(ascii: ":")), let minute = reader.number(digits: 2), hour < 24, minute < 60
        else { return nil }
        return (hour * 60 + minute) * (isEast ? 1 : -1)
    }
}
