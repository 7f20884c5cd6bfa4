/// How what one intent lets through stands to what another does.
///
/// Two nested sets are compared: the calls that are allowed, and the calls that are allowed or go ahead once a person
/// approves. An intent is narrower only if both of its sets lie within the other's, and one of them strictly: so turning
/// an `allow` into an `approve` is narrower, and the way back is wider.
package enum Relation: String, Hashable, Sendable {
    /// Every call comes to the same.
    case equal
    /// Nothing goes ahead, or goes ahead without an approval, that did not before; something no longer does.
    case narrower
    /// Some call goes ahead, or goes ahead without an approval, that did not before; nothing is lost.
    case wider
    /// Some call is gained, another is lost.
    case incomparable
    /// A part of the question could not be decided. Never a guess in either direction.
    case unknown

    /// True if nothing can go ahead that could not before.
    package var isSafe: Bool { self == .equal || self == .narrower }

    /// From what is known of gains and losses.
    init(gains: Finding, loses: Finding) {
        switch (gains, loses) {
        case (.unknown, _), (_, .unknown): self = .unknown
        case (.none, .none): self = .equal
        case (.none, .found): self = .narrower
        case (.found, .none): self = .wider
        case (.found, .found): self = .incomparable
        }
    }

    /// What became of the search for a call that one side lets through and the other does not.
    enum Finding: Hashable {
        case none, found, unknown
    }
}
