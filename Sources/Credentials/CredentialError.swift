import Diagnostics

/// Why a credential was not issued, or not ended.
package struct CredentialError: Diagnostic, Equatable {
    /// What went wrong, stable.
    package struct Code: Hashable, Sendable {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }

        /// A source that no configuration has, or one that lacks what it needs.
        package static let unconfigured = Code("credential-unconfigured")
        /// A scope, a delivery or a revocability that the source cannot give.
        package static let unsupported = Code("credential-unsupported")
        /// The source answered, and said no.
        package static let refused = Code("credential-refused")
        /// The source did not answer.
        package static let unreachable = Code("credential-unreachable")
        /// The source answered what nobody understands.
        package static let malformed = Code("credential-malformed")
        /// Only who has the credential can end it, and nobody has it any more.
        package static let lost = Code("credential-lost")
        /// A revocation failed, and nothing is minted from the source until it works.
        package static let sourceClosed = Code("credential-source-closed")
    }

    package let reason: Code
    package let message: String
    package let remedy: String?
    /// Of a mint: nothing was issued, and nothing will be. False if nobody knows: a server that did not answer in time may
    /// do later what it was asked.
    package let leavesNothing: Bool

    /// - Parameter leavesNothing: By default what the code says: a source that answered no has issued nothing.
    package init(_ reason: Code, _ message: String, remedy: String? = nil, leavesNothing: Bool? = nil) {
        self.reason = reason
        self.message = message
        self.remedy = remedy
        self.leavesNothing = leavesNothing ?? (reason != .unreachable && reason != .malformed)
    }

    /// The same, from where it is known that nothing was asked for yet, or that nothing is left of it.
    package func leavingNothing() -> CredentialError {
        CredentialError(reason, message, remedy: remedy, leavesNothing: true)
    }

    package var code: String { reason.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}
