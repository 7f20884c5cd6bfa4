import LinuxIO

/// Numbers, sizes and times in the words of a page.
enum Numbers {
    /// `1,234,567`.
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + result
    }

    /// `340 µs`, `12.6 ms`, `3.4 s`, `5 min 12 s`, `2 h 3 min`.
    static func duration(microseconds: Int64) -> String {
        let count = max(0, microseconds)
        switch count {
        case ..<1000: return "\(count) µs"
        case ..<1_000_000: return tenths(count, 1000) + " ms"
        case ..<60_000_000: return tenths(count, 1_000_000) + " s"
        case ..<3_600_000_000: return "\(count / 60_000_000) min \(count / 1_000_000 % 60) s"
        default: return "\(grouped(count / 3_600_000_000)) h \(count / 60_000_000 % 60) min"
        }
    }

    /// `812 bytes`, `4.2 KiB`, `1.0 MiB`.
    static func bytes(_ count: Int64) -> String {
        switch max(0, count) {
        case ..<1024: return "\(max(0, count)) bytes"
        case ..<(1 << 20): return tenths(count, 1 << 10) + " KiB"
        case ..<(1 << 30): return tenths(count, 1 << 20) + " MiB"
        default: return tenths(count, 1 << 30) + " GiB"
        }
    }

    /// `2.61`: hundredths.
    static func hundredths(_ value: Double) -> String {
        let count = Int((max(0, min(value, 1_000_000)) * 100).rounded())
        return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
    }

    private static func tenths(_ count: Int64, _ unit: Int64) -> String {
        "\(count / unit).\(count % unit * 10 / unit)"
    }

    /// `3 calls`, `1 call`.
    static func count(_ number: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
    }
}

extension Timestamp {
    /// `14:47:10`, in UTC.
    var clock: String { String(description.dropFirst(11).prefix(8)) }

    /// `2026-11-30 14:47`, in UTC.
    var dayAndClock: String { "\(day) \(description.dropFirst(11).prefix(5))" }
}
