import LinuxIO
import Manifests
import StrictJSON

/// One change of the workspace that a call made and its grant covers.
package struct WorkspaceChange: Hashable, Sendable {
    /// Relative to the workspace.
    package var path: String
    package var kind: Kind
    package var entry: Entry
    /// Content in bytes; nil where there is none.
    package var oldSize: Int?
    package var newSize: Int?
    /// `sha256:` and 64 hex digits, of a file's content or a link's text; nil where there is none.
    package var oldDigest: String?
    package var newDigest: String?
    /// Permission bits; nil where there was or is nothing.
    package var oldMode: UInt32?
    package var newMode: UInt32?
    /// Why the host may execute or obey it later, from `ReviewedNames`: shown to the person at the end of a run.
    package var review: String?

    /// What happened.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case created, modified, removed, modeChanged
    }

    /// What it is (of `removed`: was).
    package enum Entry: String, Hashable, Sendable, CaseIterable {
        case file, directory, link
    }
}

/// What a call left in its layer, taken apart by what its grants cover.
package struct LayerDifference: Sendable {
    /// Covered: these are published.
    package let changes: [WorkspaceChange]
    /// Not covered: discarded, and reported with the call.
    package let violations: [Violation]

    package var isEmpty: Bool { changes.isEmpty && violations.isEmpty }
}

/// What became of a call's changes.
package enum PublishOutcome: Sendable {
    /// They are in the workspace and on disk. Nil if there was nothing to publish.
    case published(ChangeRecord?)
    /// The workspace is not what the call was given any more: nothing was published.
    case conflict(path: String, reason: String)
    /// Nothing was published: what went wrong.
    case failed(LayerError)
}
