import Glibc
import Manifests

extension ResolvedProfile {
    /// The profile that a program is watched under: all that it may want to do to itself and to what it is shown, and
    /// nothing to anybody else.
    ///
    /// Attack: a program that is being learned is as hostile as any. It has no network, no secrets, no home, writes to a
    /// copy that is thrown away, and is still refused what every profile refuses; what it asked for of that is listed
    /// and not proposed. Sockets with a path are refused too: a daemon of the host whose socket lies in the workspace
    /// would answer.
    package static func learning(like profile: ResolvedProfile) -> ResolvedProfile {
        var wide = profile
        let folders = ["/bin", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/sbin", "/usr"]
        wide.read = Array(Set(profile.read + folders.filter { access($0, F_OK) == 0 })).sorted()
        wide.exec = (wide.read + ["/tmp", "/workspace"]).filter { $0 != "/etc" }
        wide.tmp = ByteCount(512 << 20)
        wide.workspace = .all
        wide.view = .shared
        wide.defaultAction = .eperm
        wide.allow = Set(SystemCallTable.of(.host).numbers.keys).subtracting(FixedRefusals.calls).sorted()
        wide.deny = []
        wide.rules = [
            .init(
                syscall: "socket", argument: 0, values: ["AF_INET", "AF_INET6", "AF_NETLINK"], action: .allow)
        ]
        wide.reportsRefusals = true
        wide.limits = .init(
            memory: ByteCount(64 << 30), processes: 512, cpu: .seconds(600), files: 1024, fileSize: ByteCount(1 << 30))
        return wide
    }
}
