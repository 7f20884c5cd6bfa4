import LinuxIO

/// A run's name, `2026-11-24-0d1f3a4b5c6d`: the day, the millisecond of the day in seven hexadecimal digits and five
/// random ones. Names sort by the time at which their runs began.
package struct RunIdentifier: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    /// A new name.
    init(at time: Timestamp) {
        let random = UInt32.random(in: 0...0xF_FFFF)
        description = "\(time.day)-\(Self.hex(UInt64(time.millisecondOfDay), 7))\(Self.hex(UInt64(random), 5))"
    }

    /// Nil if the text is not a run's name.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 23 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-"): guard [4, 7, 10].contains(index) else { return nil }
            case UInt8(ascii: "0")...UInt8(ascii: "9"): guard ![4, 7, 10].contains(index) else { return nil }
            case UInt8(ascii: "a")...UInt8(ascii: "f"): guard index > 10 else { return nil }
            default: return nil
            }
        }
        description = text
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    private static func hex(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
