/// Doubles that are integers of 64 bits.
enum ExactInteger {
    /// Nil for what has a fraction or does not fit. `Int64(exactly:)` would do, but calls the C library's `trunc`, which
    /// a program that links only this target does not have.
    static func of(_ value: Double) -> Int64? {
        // 2^63 itself does not fit; the comparison is false for NaN.
        guard value >= -0x1p63, value < 0x1p63 else { return nil }
        let integer = Int64(value)
        return Double(integer) == value ? integer : nil
    }
}
