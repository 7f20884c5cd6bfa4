import Testing

@testable import Policy

@Suite("CEL's timestamps are exact, from year 1 to year 9999")
struct CELTimestampTests {
    @Test(
        "A timestamp is read, counted and written in UTC",
        arguments: [
            ("2009-02-13T23:31:30Z", 1_234_567_890, "2009-02-13T23:31:30Z"),
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.5Z", -1, "1969-12-31T23:59:59.5Z"),
            ("2023-02-03T23:31:20+00:00", 1_675_467_080, "2023-02-03T23:31:20Z"),
            ("2023-02-03T23:31:20-00:00", 1_675_467_080, "2023-02-03T23:31:20Z"),
            ("2023-02-03T23:31:20+05:45", 1_675_446_380, "2023-02-03T17:46:20Z"),
            ("2023-02-03T23:31:20-09:30", 1_675_501_280, "2023-02-04T09:01:20Z"),
            ("0001-01-01T00:00:00Z", -62_135_596_800, "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, "9999-12-31T23:59:59.999999999Z"),
            ("2024-02-29T12:00:00.120Z", 1_709_208_000, "2024-02-29T12:00:00.12Z"),
            ("2000-02-29T00:00:00Z", 951_782_400, "2000-02-29T00:00:00Z"),
            ("1945-05-07T02:41:00Z", -778_022_340, "1945-05-07T02:41:00Z"),
        ])
    func reading(text: String, seconds: Int64, written: String) throws {
        let timestamp = try CELTimestamp(parsing: text)
        #expect(timestamp.secondsSince1970 == seconds)
        #expect(timestamp.text == written)
    }

    @Test(
        "What is no timestamp, or lies outside the years, is refused",
        arguments: [
            "", "2009-02-13", "2009-02-13T23:31:30", "2009-02-13t23:31:30Z", "2009-02-13T23:31:30z",
            "2009-02-13 23:31:30Z", "2009-2-13T23:31:30Z", "2009-02-30T00:00:00Z", "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2009-13-01T00:00:00Z", "2009-00-01T00:00:00Z", "2009-01-00T00:00:00Z",
            "2009-02-13T24:00:00Z", "2009-02-13T23:60:00Z", "2016-12-31T23:59:60Z", "2009-02-13T23:31:30.Z",
            "2009-02-13T23:31:30.1234567890Z", "2009-02-13T23:31:30,5Z", "2009-02-13T23:31:30+24:00",
            "2009-02-13T23:31:30+0200", "2009-02-13T23:31:30+02:60", "2009-02-13T23:31:30Z\0",
            "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01", "\u{662}009-02-13T23:31:30Z", "+009-02-13T23:31:30Z",
        ])
    func refused(text: String) {
        #expect(throws: CELFunctionError.self) { try CELTimestamp(parsing: text) }
    }

    @Test("Seconds outside the years are refused")
    func range() throws {
        #expect(try CELTimestamp(secondsSince1970: -62_135_596_800).text == "0001-01-01T00:00:00Z")
        #expect(try CELTimestamp(secondsSince1970: 253_402_300_799).text == "9999-12-31T23:59:59Z")
        for seconds in [-62_135_596_801, 253_402_300_800, .min, .max] as [Int64] {
            #expect(throws: CELFunctionError.self) { try CELTimestamp(secondsSince1970: seconds) }
        }
    }

    @Test(
        "A duration moves a timestamp, within the years",
        arguments: [
            ("2009-02-13T23:00:00Z", "240s", "2009-02-13T23:04:00Z"),
            ("0001-01-01T00:00:01.000000001Z", "-999999999ns", "0001-01-01T00:00:00.000000002Z"),
            ("0001-01-01T00:00:01.999999999Z", "999999999ns", "0001-01-01T00:00:02.999999998Z"),
            ("1969-12-31T23:59:59Z", "1500ms", "1970-01-01T00:00:00.5Z"),
            ("0001-01-01T00:00:00Z", "-1s", nil), ("0001-01-01T00:00:00Z", "-1ns", nil),
            ("9999-12-31T23:59:59Z", "1s", nil), ("9999-12-31T23:59:59.999999999Z", "1ns", nil),
        ] as [(String, String, String?)])
    func adding(text: String, duration: String, expected: String?) throws {
        let timestamp = try CELTimestamp(parsing: text)
        let duration = try CELDuration(parsing: duration)
        if let expected {
            let moved = try CELTimestamp.add(timestamp, duration)
            #expect(moved.text == expected)
            #expect(try CELTimestamp.subtract(moved, duration) == timestamp)
        } else {
            #expect(throws: CELFunctionError.self) { try CELTimestamp.add(timestamp, duration) }
            #expect(throws: CELFunctionError.self) {
                try CELTimestamp.subtract(timestamp, CELDuration.negate(duration))
            }
        }
    }

    @Test("A difference is a duration, unless it is of centuries")
    func difference() throws {
        let late = try CELTimestamp(parsing: "2009-02-13T23:31:00.25Z")
        let early = try CELTimestamp(parsing: "2009-02-13T23:29:00Z")
        #expect(try CELTimestamp.subtract(late, early).text == "120.25s")
        #expect(try CELTimestamp.subtract(early, late).text == "-120.25s")
        let first = try CELTimestamp(parsing: "0001-01-01T00:00:00Z")
        let last = try CELTimestamp(parsing: "9999-12-31T23:59:59Z")
        #expect(throws: CELFunctionError.self) { try CELTimestamp.subtract(last, first) }
        #expect(throws: CELFunctionError.self) { try CELTimestamp.subtract(first, last) }
        #expect(early < late)
    }

    @Test("The parts of a moment count from where the language counts them")
    func parts() throws {
        let fields = CELTimestampFields(try CELTimestamp(parsing: "2009-02-13T23:31:20.123456789Z"))
        #expect(fields.fullYear == 2009)
        #expect(fields.month == 1)
        #expect(fields.date == 13)
        #expect(fields.dayOfMonth == 12)
        #expect(fields.dayOfYear == 43)
        #expect(fields.dayOfWeek == 5)
        #expect(fields.hours == 23)
        #expect(fields.minutes == 31)
        #expect(fields.seconds == 20)
        #expect(fields.milliseconds == 123)
    }

    @Test(
        "Days of the week and of the year",
        arguments: [
            ("1970-01-01T00:00:00Z", 4, 0), ("1969-12-31T23:59:59Z", 3, 364), ("2024-12-31T00:00:00Z", 2, 365),
            ("2023-12-31T00:00:00Z", 0, 364), ("0001-01-01T00:00:00Z", 1, 0), ("9999-12-31T00:00:00Z", 5, 364),
            ("2000-03-01T00:00:00Z", 3, 60), ("1900-03-01T00:00:00Z", 4, 59),
        ])
    func days(text: String, week: Int64, year: Int64) throws {
        let fields = CELTimestampFields(try CELTimestamp(parsing: text))
        #expect(fields.dayOfWeek == week)
        #expect(fields.dayOfYear == year)
    }

    @Test("Every day is the day after the one before", arguments: [-719_528, -146_097, 2_786_796] as [Int64])
    func calendar(start: Int64) {
        var expected = CivilDate(daysSince1970: start)
        var wrong = 0
        // 400 years, after which the calendar repeats.
        for day in start...start + 146_097 {
            let date = CivilDate(daysSince1970: day)
            if date != expected || date.daysSince1970 != day { wrong += 1 }
            expected =
                CivilDate(year: date.year, month: date.month, day: date.day + 1)
                ?? CivilDate(year: date.year, month: date.month + 1, day: 1)
                ?? CivilDate(year: date.year + 1, month: 1, day: 1) ?? date
        }
        #expect(wrong == 0)
    }
}
