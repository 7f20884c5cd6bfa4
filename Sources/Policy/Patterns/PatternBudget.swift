import Diagnostics

/// The memory that all patterns of one schema or one intent may use together, with their caches.
struct PatternBudget {
    static let total = 64 << 20
    /// What one pattern gets: little at first, more if that is not enough.
    static let steps = [128 << 10, 1 << 20, 8 << 20]

    var remaining = total
    /// By the bytes of the source: `String` would take two spellings of one character for the same pattern.
    private var compiled: [[UInt8]: RegularExpression] = [:]

    /// Compiles a text in RE2's syntax, or takes what was compiled of the same text before.
    mutating func expression(_ pattern: String) throws(PatternRefusal) -> RegularExpression {
        let key = Array(pattern.utf8)
        if let known = compiled[key] { return known }
        let expression = try RegularExpression(pattern, budget: &self)
        compiled[key] = expression
        return expression
    }
}

/// Why a pattern cannot be used; reads after "the pattern `…`".
struct PatternRefusal: Error, Hashable {
    let reason: String

    /// - Parameter reason: May cite the pattern: what a terminal obeys is made visible here.
    init(_ reason: String) { self.reason = VisibleText.line(reason) }
}
