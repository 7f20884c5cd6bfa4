import Diagnostics
import LinuxIO

/// What went wrong with a write layer. Whatever it is, nothing of the layer was published.
package struct LayerError: Diagnostic, Equatable {
    package let reason: Reason
    package let message: String
    package let remedy: String?
    package let cause: SystemError?

    package init(_ reason: Reason, _ message: String, remedy: String? = nil, cause: SystemError? = nil) {
        self.reason = reason
        self.message = message
        self.remedy = remedy ?? cause?.remedy
        self.cause = cause
    }

    /// The system's refusal, with what was being done in front: ``could not stage `a.txt`: …``.
    package init(_ action: String, _ cause: SystemError) {
        self.init(.systemFailure, "could not \(action): \(cause.message)", cause: cause)
    }

    /// The task that waited was cancelled.
    static let cancelled = LayerError(.cancelled, "the call was cancelled before its changes were published")

    package var code: String { reason.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }

    /// The codes.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// More entries, deeper folders or more bytes than `LayerLimits` allow.
        case layerTooLarge = "layer-too-large"
        /// A granted file is not what it was when the call was resolved.
        case workspaceChanged = "workspace-changed"
        /// Another process holds the run's layers.
        case runInUse = "run-in-use"
        /// A journal or a record that this build did not write.
        case damagedRecord = "damaged-record"
        /// A call with `git` grants left something in `.git` that they do not cover.
        case repositoryViolation = "repository-violation"
        case systemFailure = "system-failure"
        case cancelled
        /// A use that the layer's state does not allow, such as publishing twice.
        case outOfOrder = "out-of-order"
    }
}
