/// What is known of a local user who answers: filled in by whoever holds the connection, from the kernel's peer
/// credentials, never from what the peer says.
package struct PeerEvidence: Hashable, Sendable {
    /// Of the peer, from `SO_PEERCRED`.
    package var user: UInt32
    /// Whose run it is.
    package var runOwner: UInt32
    /// True unless it is known that the peer runs outside of every box.
    package var isInsideBox: Bool
    /// `peer`, `terminal` or `console`.
    package var method: Approver.Method
    /// What the ledger calls the user: the task's principal for the owner of the run.
    package var name: String

    package init(user: UInt32, runOwner: UInt32, isInsideBox: Bool, method: Approver.Method, name: String) {
        self.user = user
        self.runOwner = runOwner
        self.isInsideBox = isInsideBox
        self.method = method
        self.name = name
    }
}
