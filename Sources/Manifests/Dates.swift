extension CalendarDate {
    /// The pattern of `init(text:)` for a schema.
    static let pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"

    /// `2027-06-01`; nil for anything else and for days that do not exist.
    package init?(text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2],
            let year = Digits.value(parts[0], maximum: 4, leadingZeros: true), year >= 1970,
            let month = Digits.value(parts[1], maximum: 2, leadingZeros: true), (1...12).contains(month),
            let day = Digits.value(parts[2], maximum: 2, leadingZeros: true),
            (1...Self.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        self.init(
            year: year, month: month, day: day,
            secondsSince1970: Self.daysSince1970(year: year, month: month, day: day) * 86_400)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Of the proleptic Gregorian calendar: years start in March, so that the leap day comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int64 {
        let shiftedYear = month > 2 ? year : year - 1
        let shiftedMonth = (month + 9) % 12
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let days = 365 * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear
        // 719468 days lie between the first of March of the year 0 and the first of January 1970.
        return Int64(days - 719_468)
    }
}

/// A moment written as RFC 3339, section 5.6, has it: `2027-06-01T12:00:00Z`, `2027-06-01T14:00:00+02:00`.
enum Timestamp {
    /// For a schema.
    static let pattern =
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"

    /// Seconds since 1970; nil if the text is no such moment. Fractions and leap seconds are not taken: nobody needs
    /// them for the end of a task, and cutting them off would be a guess.
    static func parse(_ text: String) -> Int64? {
        let bytes = text.utf8
        guard bytes.count == 20 || bytes.count == 25, bytes.dropFirst(10).first == UInt8(ascii: "T"),
            let date = CalendarDate(text: String(Substring(bytes.prefix(10)))),
            let time = clock(bytes.dropFirst(11).prefix(8)),
            let east = secondsEast(bytes.dropFirst(19))
        else { return nil }
        return date.secondsSince1970 + time - east
    }

    /// `12:00:00`, or `12:00`, in seconds.
    private static func clock(_ text: Substring.UTF8View) -> Int64? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let values = parts.compactMap { Digits.value($0, maximum: 2, leadingZeros: true) }
        guard values.count == parts.count, parts.allSatisfy({ $0.count == 2 }), values[0] < 24,
            values.dropFirst().allSatisfy({ $0 < 60 })
        else { return nil }
        return zip(values, [3600, 60, 1]).reduce(0) { $0 + Int64($1.0 * $1.1) }
    }

    /// `Z` or `+02:00`, in seconds east of Greenwich.
    private static func secondsEast(_ text: Substring.UTF8View) -> Int64? {
        if text.elementsEqual("Z".utf8) { return 0 }
        guard text.count == 6, let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let seconds = clock(text.dropFirst())
        else { return nil }
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// As `2027-06-01T12:00:00Z`.
    static func text(_ seconds: Int64) -> String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            days -= 1
            rest += 86_400
        }
        let date = CalendarDate.civil(daysSince1970: days)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
    }
}

/// Moments as RFC 3339 has them, with fractions of a second: for what was recorded.
package enum RFC3339 {
    /// Seconds since 1970 as `2027-06-01T12:00:00Z`.
    package static func text(_ seconds: Int64) -> String { Timestamp.text(seconds) }

    /// Seconds since 1970 and nanoseconds; nil if the text is no such moment. Digits beyond the ninth are cut off.
    package static func parse(_ text: String) -> (seconds: Int64, nanoseconds: Int32)? {
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else {
            return Timestamp.parse(text).map { ($0, 0) }
        }
        let rest = text.utf8[text.utf8.index(after: point)...]
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty, digits.count <= 18,
            let seconds = Timestamp.parse(String(text[..<point]) + String(Substring(rest.dropFirst(digits.count))))
        else { return nil }
        let padded = Array(digits.prefix(9)) + repeatElement(UInt8(ascii: "0"), count: max(0, 9 - digits.count))
        return (seconds, padded.reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) })
    }
}

extension CalendarDate {
    /// The day that many days after the first of January 1970.
    fileprivate static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
