import CSandbox
import Glibc
import LinuxIO

/// Who sent an answer over the run's socket, as the kernel tells it.
package struct PeerIdentity: Hashable, Sendable {
    package let user: UInt32
    /// False unless it is known that the sender has the host's own user, mount and pid namespaces: every process of
    /// every box has others.
    package let isOutside: Bool
}

/// Holds on to the process that connected, so that who sent the answer can be told without a doubt.
///
/// Attack: a process of a box gets hold of a connection (handed over, inherited), or a pid is used again between look
/// and act. So: the process that connected is pinned by a pidfd *before* it is told the challenge; the kernel stamps the
/// reply with its sender; the sender has to be the process that is pinned, and that process still has to live when its
/// namespaces have been read. Whatever cannot be read makes it a stranger.
struct PeerWitness {
    private let connected: cs_peer
    private let process: SharedDescriptor?

    init(of socket: SharedDescriptor) {
        var peer = cs_peer()
        let isKnown = cs_peer_of(socket.raw, &peer) == 0 && peer.pid > 0
        connected = isKnown ? peer : cs_peer()
        let raw = isKnown ? cs_pidfd_open(peer.pid) : -1
        process = raw >= 0 ? Descriptor(owning: raw).shared() : nil
    }

    /// - Parameter sender: Of the reply to the challenge.
    func identity(_ sender: cs_peer) -> PeerIdentity {
        let stranger = PeerIdentity(user: sender.uid, isOutside: false)
        guard let process, sender.pid == connected.pid, sender.uid == connected.uid else { return stranger }
        let names = ["user", "mnt", "pid"]
        let isOutside = names.allSatisfy { name in
            guard let ours = Self.namespace(name, of: "self"), let theirs = Self.namespace(name, of: "\(sender.pid)")
            else { return false }
            return ours == theirs
        }
        // INVARIANT: after the look. Only then was it that process which was looked at.
        var events = pollfd(fd: process.raw, events: Int16(POLLIN), revents: 0)
        guard poll(&events, 1, 0) == 0 else { return stranger }
        return PeerIdentity(user: sender.uid, isOutside: isOutside)
    }

    /// The namespace's identity: device and inode of its file.
    private static func namespace(_ name: String, of process: String) -> [UInt64]? {
        var status = stat()
        guard stat("/proc/\(process)/ns/\(name)", &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
