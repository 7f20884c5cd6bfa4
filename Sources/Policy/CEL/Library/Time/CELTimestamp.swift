/// A moment, to the nanosecond, from year 1 to year 9999: CEL's `google.protobuf.Timestamp`.
struct CELTimestamp: Hashable, Sendable, Comparable {
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    private static let nanosecondsPerSecond: Int128 = 1_000_000_000

    /// Also `int(timestamp)`: rounded down.
    let secondsSince1970: Int64
    /// 0 to 999,999,999.
    let nanoseconds: Int32

    /// `timestamp(int)`. Nanoseconds outside their range are carried.
    init(secondsSince1970: Int64, nanoseconds: Int32 = 0) throws(CELFunctionError) {
        try self.init(totalNanoseconds: Int128(secondsSince1970) * Self.nanosecondsPerSecond + Int128(nanoseconds))
    }

    private init(totalNanoseconds: Int128) throws(CELFunctionError) {
        var (seconds, rest) = totalNanoseconds.quotientAndRemainder(dividingBy: Self.nanosecondsPerSecond)
        if rest < 0 {
            seconds -= 1
            rest += Self.nanosecondsPerSecond
        }
        guard let seconds = Int64(exactly: seconds), Self.range.contains(seconds) else {
            throw CELFunctionError("timestamp out of range: not within the years 1 to 9999")
        }
        secondsSince1970 = seconds
        nanoseconds = Int32(truncatingIfNeeded: rest)
    }

    private var totalNanoseconds: Int128 {
        Int128(secondsSince1970) * Self.nanosecondsPerSecond + Int128(nanoseconds)
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.secondsSince1970, left.nanoseconds) < (right.secondsSince1970, right.nanoseconds)
    }

    static func add(_ timestamp: Self, _ duration: CELDuration) throws(CELFunctionError) -> Self {
        try Self(totalNanoseconds: timestamp.totalNanoseconds + duration.totalNanoseconds)
    }

    static func subtract(_ timestamp: Self, _ duration: CELDuration) throws(CELFunctionError) -> Self {
        try Self(totalNanoseconds: timestamp.totalNanoseconds - duration.totalNanoseconds)
    }

    /// `t1 - t2`. The language bounds a difference, unlike a duration that is written, by 64 bits of nanoseconds:
    /// some 292 years.
    static func subtract(_ left: Self, _ right: Self) throws(CELFunctionError) -> CELDuration {
        let difference = left.totalNanoseconds - right.totalNanoseconds
        guard Int64(exactly: difference) != nil else {
            throw CELFunctionError("duration out of range: the timestamps are more than 292 years apart")
        }
        return try CELDuration(totalNanoseconds: difference)
    }
}
