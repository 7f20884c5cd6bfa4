/// A length of time, signed, to the nanosecond: CEL's `google.protobuf.Duration`.
///
/// Its range is that of the protocol buffer message, ±315,576,000,000 seconds: some 10,000 years.
struct CELDuration: Hashable, Sendable, Comparable {
    static let maximumSeconds: Int64 = 315_576_000_000
    private static let nanosecondsPerSecond: Int128 = 1_000_000_000

    /// Whole seconds, cut towards zero.
    let seconds: Int64
    /// What is left, of the same sign: -999,999,999 to 999,999,999.
    let nanoseconds: Int32

    init(seconds: Int64) throws(CELFunctionError) {
        try self.init(totalNanoseconds: Int128(seconds) * Self.nanosecondsPerSecond)
    }

    init(totalNanoseconds: Int128) throws(CELFunctionError) {
        let (seconds, rest) = totalNanoseconds.quotientAndRemainder(dividingBy: Self.nanosecondsPerSecond)
        guard let seconds = Int64(exactly: seconds), seconds.magnitude <= Self.maximumSeconds.magnitude else {
            throw CELFunctionError("duration out of range: more than \(Self.maximumSeconds) seconds")
        }
        self.seconds = seconds
        nanoseconds = Int32(truncatingIfNeeded: rest)
    }

    var totalNanoseconds: Int128 { Int128(seconds) * Self.nanosecondsPerSecond + Int128(nanoseconds) }

    static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    static func add(_ left: Self, _ right: Self) throws(CELFunctionError) -> Self {
        try Self(totalNanoseconds: left.totalNanoseconds + right.totalNanoseconds)
    }

    static func subtract(_ left: Self, _ right: Self) throws(CELFunctionError) -> Self {
        try Self(totalNanoseconds: left.totalNanoseconds - right.totalNanoseconds)
    }

    /// `-d`: the range is symmetric.
    static func negate(_ duration: Self) -> Self {
        Self(seconds: -duration.seconds, nanoseconds: -duration.nanoseconds)
    }

    private init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// `getHours()`, `getMinutes()`, `getSeconds()`: the whole length in that unit, cut towards zero.
    var hours: Int64 { seconds / 3600 }
    var minutes: Int64 { seconds / 60 }

    /// `getMilliseconds()`: the thousandths beyond the whole seconds. Not the whole length: the language's
    /// conformance suite reads 321 from 123.321456789s.
    var milliseconds: Int64 { Int64(nanoseconds / 1_000_000) }
}
