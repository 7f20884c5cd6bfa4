import Diagnostics

/// Why a registry could not be set up. What goes wrong with one call is an `Outcome`, not an error.
package struct RegistryError: Diagnostic, Equatable {
    /// What went wrong, stable.
    package struct Code: Hashable, Sendable {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }

        /// A schema with a keyword that this build cannot check.
        package static let unusableSchema = Code("unusable-schema")
        /// A tool whose source is not what was registered.
        package static let changedTool = Code("changed-tool")
        /// A tool that was never registered.
        package static let unregisteredTool = Code("unregistered-tool")
        /// A call that wrote beyond the limits of its layer.
        package static let layerFilled = Code("layer-filled")
        /// The broker that the call connects through could not be started, or died.
        package static let egressFailed = Code("egress-failed")
        /// A call that cannot be made only to be watched.
        package static let noRehearsal = Code("no-rehearsal")
        /// A name that no catalogue has.
        package static let unknownName = Code("unknown-name")
    }

    package let reason: Code
    package let message: String
    package let remedy: String?
    package let cause: (any Error)?

    package init(_ reason: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
        self.reason = reason
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    package var code: String { reason.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}
