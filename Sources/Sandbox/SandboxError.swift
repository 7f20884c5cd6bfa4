import Diagnostics
import LinuxIO

/// What keeps a call from being confined as its profile says: then it does not start.
package struct SandboxError: Diagnostic, Equatable {
    /// What went wrong, stable.
    package struct Code: Hashable, Sendable {
        package let rawValue: String
        init(_ rawValue: String) { self.rawValue = rawValue }

        /// A system call, group or constant that nobody knows.
        package static let unknownName = Code("unknown-name")
        /// A filter larger than the kernel takes.
        package static let filterTooLarge = Code("filter-too-large")
        /// A layer of `isolation` that this host does not enforce.
        package static let layerMissing = Code("layer-missing")
        /// Something that the profile asks for cannot be had on this host.
        package static let unsupported = Code("unsupported")
        /// A text with a NUL byte, a path that is not absolute, a plan that is too large.
        package static let invalidSpecification = Code("invalid-specification")
        /// A profile's path that is not on this host.
        package static let missingPath = Code("missing-path")
        /// `agentbox-init` could not be started, or went away.
        package static let initFailed = Code("init-failed")
        /// `agentbox-init` could not set the call up: nothing was executed.
        package static let setupFailed = Code("setup-failed")
        /// The broker that the call connects through could not be started, or went away.
        package static let egressFailed = Code("egress-failed")
        /// A system call of the host failed.
        package static let systemFailure = Code("system-failure")
        /// The calling task was cancelled before anything was executed.
        package static let cancelled = Code("cancelled")
    }

    package let reason: Code
    package let message: String
    package let remedy: String?
    package let cause: SystemError?

    package init(_ reason: Code, _ message: String, remedy: String? = nil, cause: SystemError? = nil) {
        self.reason = reason
        self.message = message
        self.remedy = remedy ?? cause?.remedy
        self.cause = cause
    }

    /// A system call that failed while `action`: "could not create the plan: …".
    package init(_ action: String, _ cause: SystemError) {
        self.init(.systemFailure, "could not \(action): \(cause.message)", cause: cause)
    }

    package var code: String { reason.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}
