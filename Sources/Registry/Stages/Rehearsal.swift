import LinuxIO
import Manifests

/// Calls that are made to be watched: they go the whole way, but nothing that they write is published.
package struct Rehearsal: Sendable {
    /// In place of the tool's; nil is the tool's own.
    package var profile: ResolvedProfile?
    /// Every system call is heard of.
    package var isTraced: Bool
    /// A call that connects, or is issued credentials, is made without either; else it is refused. What it sends could
    /// not be taken back.
    package var isCutOff: Bool
    /// `agentbox-observe`, which says in place of the call's output what it reads of its environment.
    package var environmentObserver: SharedDescriptor?

    package init(
        profile: ResolvedProfile? = nil, isTraced: Bool = true, isCutOff: Bool = false,
        environmentObserver: SharedDescriptor? = nil
    ) {
        self.profile = profile
        self.isTraced = isTraced
        self.isCutOff = isCutOff
        self.environmentObserver = environmentObserver
    }
}
