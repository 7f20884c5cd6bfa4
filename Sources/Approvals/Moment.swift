import Manifests

/// A moment to the second, in UTC: `2027-06-01T12:00:00Z`, as statements and calls hold it.
package struct Moment: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let secondsSince1970: Int64

    package init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    /// Reads the form that `description` writes, and no other; nil for anything else.
    package init?(_ text: String) {
        guard let (seconds, nanoseconds) = RFC3339.parse(text), nanoseconds == 0, RFC3339.text(seconds) == text else {
            return nil
        }
        secondsSince1970 = seconds
    }

    package var description: String { RFC3339.text(secondsSince1970) }

    package static func < (left: Self, right: Self) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
    package static func + (moment: Self, seconds: Int64) -> Moment {
        Moment(secondsSince1970: moment.secondsSince1970 + seconds)
    }
    package static func - (left: Self, right: Self) -> Int64 { left.secondsSince1970 - right.secondsSince1970 }
}
