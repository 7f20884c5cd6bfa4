/// What can be done about a credential that is out.
package enum Revocability: String, Hashable, Sendable, CaseIterable, Comparable {
    case none = "R0"
    /// It dies by itself.
    case expiry = "R1"
    case revoke = "R2"
    /// Sessions that it opened end too.
    case revokeWithSessions = "R3"
    /// It works once.
    case singleUse = "R4"

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
