/// A number with what it counts.
///
/// ```swift
/// Counted.text(1, "call")       // 1 call
/// Counted.text(2, "call")       // 2 calls
/// Counted.text(2, "entry", "entries")
/// ```
public enum Counted {
    /// - Parameter plural: If it is not made with an `s`.
    public static func text(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
    }
}
