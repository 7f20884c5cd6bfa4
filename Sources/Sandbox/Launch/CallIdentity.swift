import CSandbox
import Glibc
import LinuxIO

/// Who a call is: inside always 1000, on the host somebody who owns nothing.
///
/// Started as root, the call is a host user that no account has, and the workspace reaches it through a mount that
/// maps the owner's files to it. Started as an ordinary user there is only that user to be: the kernel maps no other.
package struct CallIdentity: Hashable, Sendable {
    /// The call's ids on the host. What a write layer holds belongs to them.
    package let hostUser: UInt32
    package let hostGroup: UInt32
    /// The ids of pid 1 on the host; other than the call's where two can be mapped.
    let initUser: UInt32
    let initGroup: UInt32
    /// True if the workspace must be mounted with its owner mapped to the call.
    package let needsMapping: Bool

    /// What every call is inside.
    package static let insideUser: UInt32 = 1000
    package static let insideGroup: UInt32 = 1000

    /// 0x70000000 to 0x7FFFFFFF are set aside by nobody: not by systemd's table of ids, not by shadow's subuid ranges.
    private static let firstUnused: UInt32 = 0x7000_0000
    private static let pairs: UInt32 = 0x0800_0000

    /// An identity for one call, or for one run's calls. Two identities of root never share host ids but by a chance of
    /// one in 134 million, and even then each call has namespaces of its own.
    package static func make() -> CallIdentity {
        guard geteuid() == 0 else {
            return CallIdentity(
                hostUser: geteuid(), hostGroup: getegid(), initUser: geteuid(), initGroup: getegid(),
                needsMapping: false)
        }
        let first = firstUnused + 2 * UInt32.random(in: 0..<pairs)
        return CallIdentity(
            hostUser: first + 1, hostGroup: first + 1, initUser: first, initGroup: first, needsMapping: true)
    }

    /// pid 1's id inside: root of its namespace only where the call is somebody else.
    var initInside: UInt32 { needsMapping ? 0 : Self.insideUser }

    var userMap: [id_map] { map(initUser, hostUser) }
    var groupMap: [id_map] { map(initGroup, hostGroup) }

    private func map(_ first: UInt32, _ call: UInt32) -> [id_map] {
        let own = id_map(inside: Self.insideUser, outside: call, count: 1)
        return needsMapping ? [id_map(inside: 0, outside: first, count: 1), own] : [own]
    }

    /// The map of a mount that shows files of `owner` as the call's.
    func mountMap(of owner: LayerOwner) -> (users: [id_map], groups: [id_map]) {
        guard needsMapping else { return ([], []) }
        return (
            [id_map(inside: owner.user, outside: hostUser, count: 1)],
            [id_map(inside: owner.group, outside: hostGroup, count: 1)]
        )
    }
}
