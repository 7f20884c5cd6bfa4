import Manifests

/// Calls that are made to be watched: they go the whole way, but nothing that they write is published.
package struct Rehearsal: Sendable {
    /// In place of the tool's; nil is the tool's own.
    package var profile: ResolvedProfile?
    /// Every system call is heard of.
    package var isTraced: Bool

    package init(profile: ResolvedProfile? = nil, isTraced: Bool = true) {
        self.profile = profile
        self.isTraced = isTraced
    }
}
