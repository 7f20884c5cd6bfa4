/// A published revision of the protocol that agentbox speaks.
package enum ProtocolVersion: String, CaseIterable, Sendable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    case july2026 = "2026-07-28"

    /// The newest that is negotiated by `initialize`.
    package static let newestLegacy = ProtocolVersion.november2025
    /// The newest that each request names.
    package static let newestModern = ProtocolVersion.july2026

    package static let newestFirst = Array(allCases.reversed())
    package static let modern = newestFirst.filter { $0.era == .modern }

    package var era: Era {
        switch self {
        case .november2024, .march2025, .june2025, .november2025: .legacy
        case .july2026: .modern
        }
    }

    /// Only this revision has batches, and it demands that they are understood.
    var hasBatches: Bool { self == .march2025 }
}

/// How a client and a server agree on what they speak (2026-07-28, *Versioning*).
package enum Era: Hashable, Sendable {
    /// Once, by `initialize`; what was agreed holds for the connection.
    case legacy
    /// In `_meta` of every request; a connection has no state.
    case modern
}
