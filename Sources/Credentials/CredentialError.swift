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
        /// A revocation failed, and nothing is minted from the source until it works.
        package static let sourceClosed = Code("credential-source-closed")
    }

    package let reason: Code
    package let message: String
    package let remedy: String?

    package init(_ reason: Code, _ message: String, remedy: String? = nil) {
        self.reason = reason
        self.message = message
        self.remedy = remedy
    }

    package var code: String { reason.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}
