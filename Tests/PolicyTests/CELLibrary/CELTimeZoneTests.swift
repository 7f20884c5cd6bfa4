import Testing

@testable import Policy

@Suite("A time zone is an offset or a known name, never a guess")
struct CELTimeZoneTests {
    @Test(
        "A moment is seen in a zone",
        arguments: [
            ("2009-02-13T23:31:30Z", "Australia/Sydney", "2009-1-14 10:31:30"),
            ("2009-02-13T23:31:30Z", "US/Central", "2009-1-13 17:31:30"),
            ("2009-02-13T23:31:30Z", "+11:00", "2009-1-14 10:31:30"),
            ("2009-02-13T02:00:00Z", "-02:30", "2009-1-12 23:30:0"),
            ("2009-02-13T02:00:00Z", "America/St_Johns", "2009-1-12 22:30:0"),
            ("2009-02-13T23:31:30Z", "UTC", "2009-1-13 23:31:30"),
            ("2009-02-13T23:31:30Z", "-09:30", "2009-1-13 14:1:30"),
            ("2009-02-13T23:31:30Z", "02:00", "2009-1-14 1:31:30"),
            ("2009-02-13T23:31:30Z", "Asia/Kathmandu", "2009-1-14 5:16:30"),
            ("2009-02-13T23:31:30Z", "-00:00", "2009-1-13 23:31:30"),
            ("2024-07-01T12:00:00Z", "America/New_York", "2024-6-1 8:0:0"),
            ("2024-03-10T06:59:59Z", "America/New_York", "2024-2-10 1:59:59"),
            ("2024-03-10T07:00:00Z", "America/New_York", "2024-2-10 3:0:0"),
            ("2500-07-01T12:00:00Z", "Europe/Berlin", "2500-6-1 14:0:0"),
            ("0001-01-01T00:00:00Z", "-01:00", "0-11-31 23:0:0"),
            ("9999-12-31T23:59:59Z", "+14:00", "10000-0-1 13:59:59"),
        ])
    func seen(text: String, zone: String, expected: String) throws {
        let fields = CELTimestampFields(try CELTimestamp(parsing: text), in: try CELTimeZone(zone))
        let date = "\(fields.fullYear)-\(fields.month)-\(fields.date)"
        #expect("\(date) \(fields.hours):\(fields.minutes):\(fields.seconds)" == expected)
    }

    @Test(
        "What is not a zone is refused, and never taken for UTC",
        arguments: [
            "", "Z", "Local", "localtime", "Nowhere/City", "Etc/Unknown", "PST", "EST", "GMT+5", "UTC+2",
            "America/new_york",
            "Europe/Berlin\0", "Europe/Berlin\0x", " Europe/Berlin", "Europe//Berlin", "/Europe/Berlin",
            "../Europe/Berlin", "Europe/Berl\u{131}n", "posix/Europe/Berlin", "+2:00", "+02", "+0200", "+15:00",
            "+02:60",
            "--02:00", "+02:00:00", "+\u{660}2:00", ":", "+:", String(repeating: "A/", count: 100_000),
        ])
    func refused(zone: String) {
        #expect(throws: CELFunctionError.self) { try CELTimeZone(zone) }
    }
}
