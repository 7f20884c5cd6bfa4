extension CELTimestamp {
    /// `timestamp(string)`: RFC 3339, section 5.6, with at most nine decimals. `T` and `Z` in upper case; no leap
    /// second, no hour 24: what readers disagree on is refused.
    init(parsing text: String) throws(CELFunctionError) {
        let malformed = CELFunctionError(
            "\(CELFunctionError.quoted(text)) is not a timestamp: write it as `2027-06-01T12:00:00Z`")
        guard (20...35).contains(text.utf8.count) else { throw malformed }
        let bytes = Array(text.utf8)
        guard Self.has(bytes, "-", at: 4), Self.has(bytes, "-", at: 7), Self.has(bytes, "T", at: 10),
            Self.has(bytes, ":", at: 13), Self.has(bytes, ":", at: 16),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]), hour < 24,
            let minute = Self.number(bytes[14..<16]), minute < 60,
            let second = Self.number(bytes[17..<19]), second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { throw malformed }

        var rest = bytes[19...]
        var nanoseconds: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...9).contains(digits.count), let number = Self.number(digits) else { throw malformed }
            nanoseconds = (digits.count..<9).reduce(number) { value, _ in value * 10 }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let east = Self.secondsEast(rest) else { throw malformed }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - east
        try self.init(secondsSince1970: seconds, nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
    }

    /// `Z`, `+02:00`, `-09:30`.
    private static func secondsEast(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.elementsEqual("Z".utf8) { return 0 }
        guard text.count == 6, let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = number(text.dropFirst().prefix(2)), hours < 24,
            text.dropFirst(3).first == UInt8(ascii: ":"),
            let minutes = number(text.suffix(2)), minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    private static func has(_ bytes: [UInt8], _ mark: Unicode.Scalar, at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: mark)
    }

    /// Decimal digits and nothing else; at most nine of them.
    static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard !digits.isEmpty, digits.count <= 9,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// `string(timestamp)`: RFC 3339 in UTC, with as many decimals as it needs.
    var text: String {
        let fields = CELTimestampFields(self)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        let date = "\(padded(fields.fullYear, 4))-\(padded(fields.month + 1, 2))-\(padded(fields.date, 2))"
        let time = "\(padded(fields.hours, 2)):\(padded(fields.minutes, 2)):\(padded(fields.seconds, 2))"
        return "\(date)T\(time)\(CELDuration.fraction(nanoseconds.magnitude))Z"
    }
}
