import Testing

@testable import Policy

@Suite("CEL's durations are exact and bounded")
struct CELDurationTests {
    @Test(
        "A duration is read and written",
        arguments: [
            ("0", "0s"), ("0s", "0s"), ("-0s", "0s"), ("1s", "1s"), ("+1s", "1s"), ("1h30m", "5400s"),
            ("1.5s", "1.5s"), ("-2ms", "-0.002s"), ("1us", "0.000001s"), ("1\u{B5}s", "0.000001s"),
            ("1\u{3BC}s", "0.000001s"), ("1ns", "0.000000001s"), ("-1.5h", "-5400s"), (".5s", "0.5s"), ("1.s", "1s"),
            ("1h1m1s1ms1us1ns", "3661.001001001s"), ("1000000s", "1000000s"), ("1h45m47s", "6347s"),
            ("123.321456789s", "123.321456789s"), ("0.100s", "0.1s"), ("1s1h", "3601s"),
            ("315576000000s", "315576000000s"), ("-315576000000s", "-315576000000s"),
            ("315576000000.999999999s", "315576000000.999999999s"), ("87660000h", "315576000000s"),
        ])
    func reading(text: String, written: String) throws {
        #expect(try CELDuration(parsing: text).text == written)
    }

    @Test(
        "What is no duration, or too long or too fine, is refused",
        arguments: [
            "", "-", "+", "1", "00", "s", ".s", "1 s", " 1s", "1s ", "1d", "1S", "1h-1m", "--1s", "1e3s", "0x1s",
            "1..5s",
            "\u{661}s", "1s\0", "1.5ns", "0.0000000001s", "315576000001s", "-315576000001s", "320000000000s",
            "9999999999999999999s", "0.0000000000000000000s", String(repeating: "1s", count: 100),
        ])
    func refused(text: String) {
        #expect(throws: CELFunctionError.self) { try CELDuration(parsing: text) }
    }

    @Test("Sums and differences stay in range or are errors")
    func arithmetic() throws {
        let long = try CELDuration(parsing: "200000000000s")
        let second = try CELDuration(parsing: "1s")
        let part = try CELDuration(parsing: "1ns")
        #expect(try CELDuration.add(second, part).text == "1.000000001s")
        #expect(try CELDuration.subtract(part, second).text == "-0.999999999s")
        #expect(try CELDuration.subtract(long, long).text == "0s")
        #expect(CELDuration.negate(second).text == "-1s")
        #expect(throws: CELFunctionError.self) { try CELDuration.add(long, long) }
        #expect(throws: CELFunctionError.self) { try CELDuration.subtract(CELDuration.negate(long), long) }
        #expect(throws: CELFunctionError.self) { try CELDuration(seconds: .max) }
        #expect(throws: CELFunctionError.self) { try CELDuration(seconds: .min) }
        #expect(throws: CELFunctionError.self) { try CELDuration(totalNanoseconds: .min) }
    }

    @Test("Durations compare by their lengths")
    func order() throws {
        let texts = ["-2s", "-1.5s", "-1s", "-1ns", "0s", "1ns", "999ms", "1s", "1.000000001s", "1m"]
        let durations = try texts.map { try CELDuration(parsing: $0) }
        #expect(durations.reversed().sorted() == durations)
        #expect(try CELDuration(parsing: "60s") == CELDuration(parsing: "1m"))
    }

    @Test(
        "Hours, minutes and seconds are whole lengths, milliseconds the part beyond the seconds",
        arguments: [
            ("10000s", 2, 166, 10000, 0), ("3730s", 1, 62, 3730, 0), ("123.321456789s", 0, 2, 123, 321),
            ("-123.321s", 0, -2, -123, -321), ("-90m", -1, -90, -5400, 0),
        ])
    func parts(text: String, hours: Int64, minutes: Int64, seconds: Int64, milliseconds: Int64) throws {
        let duration = try CELDuration(parsing: text)
        #expect(duration.hours == hours)
        #expect(duration.minutes == minutes)
        #expect(duration.seconds == seconds)
        #expect(duration.milliseconds == milliseconds)
    }
}
