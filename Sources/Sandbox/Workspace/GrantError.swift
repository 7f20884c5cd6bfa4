import Diagnostics

/// Why a path or a grant of a call was refused. The text reaches the agent, so that it can ask for something else:
/// it names nothing that lies outside of the workspace.
package struct GrantError: Diagnostic, Equatable {
    package let reason: Reason
    /// The path or the grant as the call gave it.
    package let subject: String
    package let message: String
    package let remedy: String?

    package init(_ reason: Reason, _ subject: String, _ message: String, remedy: String? = nil) {
        self.reason = reason
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }

    package var code: String { reason.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }

    /// The codes.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Empty, too long, or with a byte that no path may hold.
        case invalidPath = "invalid-path"
        /// `..`, an absolute path or a symbolic link leads out of the workspace.
        case leavesWorkspace = "leaves-workspace"
        /// Another file system or bind mount begins on the way.
        case crossesMount = "crosses-mount"
        case notFound = "not-found"
        case alreadyExists = "already-exists"
        case notAFile = "not-a-file"
        case notADirectory = "not-a-directory"
        /// A FIFO, a device or a socket.
        case specialFile = "special-file"
        /// A symbolic link to nothing, or links that go round in circles.
        case brokenLink = "broken-link"
        /// A name that configures another program: see `ProtectedNames`.
        case protectedName = "protected-name"
        /// One of several names of a file, for a tool that is not bound to the file itself.
        case notPlain = "not-plain"
        case notPermitted = "not-permitted"
        /// The workspace changed while the path was being resolved, more often than it was tried again.
        case keepsChanging = "keeps-changing"
        /// No `.git` folder, or one that only points elsewhere.
        case notARepository = "not-a-repository"
        /// The value of a `git` or `exec` grant that is none.
        case invalidValue = "invalid-value"
        /// The value of a `connect` grant that names no host and port, or of a `listen` grant that names no port.
        case invalidDestination = "invalid-destination"
        /// The template of a grant and the arguments do not go together.
        case invalidArguments = "invalid-arguments"
        /// A grant word that the tool's profile does not list.
        case beyondProfile = "beyond-profile"
        /// The call has a grant on the workspace, and the task has none.
        case noWorkspace = "no-workspace"
        case systemFailure = "system-failure"
    }
}
