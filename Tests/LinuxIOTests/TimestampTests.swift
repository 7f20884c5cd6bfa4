import LinuxIO
import Testing

@Suite("Moments are written as RFC 3339 in UTC")
struct TimestampTests {
    @Test(
        "agrees with date(1)",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_491_727_120, "2026-11-24T03:42:07.120Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func vectors(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSince1970: milliseconds).description == text)
        #expect(Timestamp(text)?.millisecondsSince1970 == milliseconds)
    }

    @Test("every day of four centuries follows the day before")
    func days() {
        let day: Int64 = 86_400_000
        var previous = Timestamp(millisecondsSince1970: 0)
        for number in 1...(146_097 as Int64) {
            let next = Timestamp(millisecondsSince1970: number * day)
            #expect(previous.day < next.day)
            previous = next
        }
        #expect(previous.day == "2370-01-01")
    }

    @Test(
        "refuses every other text",
        arguments: [
            "", "2026-11-24", "2026-11-24T03:42:07Z", "2026-11-24T03:42:07.120+00:00", "2026-11-24t03:42:07.120z",
            "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-10T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01T00:00:00.00é",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
