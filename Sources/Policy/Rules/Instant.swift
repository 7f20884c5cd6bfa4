/// A moment of the wall clock, handed in by the caller: nothing here reads a clock.
package struct Instant: Hashable, Sendable, Comparable {
    package let secondsSince1970: Int64
    /// 0 to 999,999,999.
    package let nanoseconds: Int32

    package init(secondsSince1970: Int64, nanoseconds: Int32 = 0) {
        self.secondsSince1970 = secondsSince1970
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.secondsSince1970, left.nanoseconds) < (right.secondsSince1970, right.nanoseconds)
    }

    /// Seconds until a later moment, rounded up.
    func wholeSeconds(until later: Instant) -> Int64 {
        let (seconds, overflows) = later.secondsSince1970.subtractingReportingOverflow(secondsSince1970)
        if overflows { return .max }
        return later.nanoseconds > nanoseconds && seconds < .max ? seconds + 1 : seconds
    }

    /// The moment that much later; the end of time where it lies beyond it.
    package static func + (instant: Self, duration: Duration) -> Self {
        let parts = duration.components
        var (seconds, overflows) = instant.secondsSince1970.addingReportingOverflow(parts.seconds)
        var nanoseconds = Int64(instant.nanoseconds) + parts.attoseconds / 1_000_000_000
        if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            if seconds == .max { overflows = true } else { seconds += 1 }
        } else if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            if seconds == .min { overflows = true } else { seconds -= 1 }
        }
        if overflows { return Instant(secondsSince1970: parts.seconds < 0 ? .min : .max) }
        return Instant(secondsSince1970: seconds, nanoseconds: Int32(nanoseconds))
    }
}
