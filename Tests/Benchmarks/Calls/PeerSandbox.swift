import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import StrictJSON
import TestSupport

/// Another sandbox, told to confine as much like a call of the profile `pure` as it can: namespaces of its own, the
/// system's programs read-only, no network, no capabilities, and our filter where it takes one.
struct PeerSandbox: Sendable {
    let name: String
    /// What it holds the program to, and what it lacks of ours.
    let note: String
    let executable: String
    /// Before the program's own words.
    let words: [String]
    /// Our filter, as `SpawnedProgram.passedDescriptor`.
    var takesFilterAsDescriptor = false
    /// The program stands in a file that it reads.
    var hasProgram = false

    var isInstalled: Bool { Self.find(executable) != nil }

    func program(_ words: [String], filter: SharedDescriptor) -> SpawnedProgram {
        SpawnedProgram(self.words + (hasProgram ? [] : words), passing: takesFilterAsDescriptor ? filter : nil)
    }

    /// - Parameter folder: Holds what a peer reads: the filter as a file, and a bundle for container runtimes.
    static func all(_ folder: TemporaryFolder, filter: [UInt8], profile: ResolvedProfile) throws -> [PeerSandbox] {
        let isRoot = geteuid() == 0
        chmod(folder.path, 0o755)
        let filterFile = try folder.write("filter.bpf", filter)
        try ContainerBundle.write(to: folder, profile: profile)
        let bubblewrap = [
            "bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink",
            "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs",
            "/tmp",
            "--new-session", "--die-with-parent",
        ]
        let shown = ["/usr", "/bin", "/lib", "/lib64"]
        return [
            PeerSandbox(
                name: "bubblewrap, no filter", note: "namespaces, view; no filter, no Landlock, no limits",
                executable: "bwrap", words: bubblewrap),
            PeerSandbox(
                name: "bubblewrap, our filter", note: "namespaces, view, filter; no Landlock, no limits",
                executable: "bwrap", words: bubblewrap + ["--seccomp", "\(SpawnedProgram.passedDescriptor)"],
                takesFilterAsDescriptor: true),
            PeerSandbox(
                name: "nsjail", note: "namespaces, view, limits; a filter of one rule, no Landlock",
                executable: "nsjail",
                words: [
                    "nsjail", "-Mo", "-Q", "--rlimit_as", "256", "-T", "/tmp", "--seccomp_string",
                    "ERRNO(1) { ptrace } DEFAULT ALLOW",
                ] + (isRoot ? ["-u", "0:\(ContainerBundle.hostID):1", "-g", "0:\(ContainerBundle.hostID):1"] : [])
                    + shown.flatMap { ["-R", $0] } + ["--"]),
            PeerSandbox(
                name: "minijail0", note: "namespaces, view, our filter, no capabilities; no Landlock, no limits",
                executable: "minijail0",
                words: ["minijail0", "-p", "-v", "-e", "-l", "-N", "--uts", "-n", "-r", "-t"]
                    + (isRoot ? ["-u", "nobody", "-g", "nogroup", "-c", "0"] : ["-U", "-m", "-M"])
                    + ["-P", folder(ContainerBundle.root)] + shown.flatMap { ["-b", $0] }
                    + ["--seccomp-bpf-binary", filterFile, "--logging=stderr"]),
            PeerSandbox(
                name: "firejail", note: "namespaces but the user's, view, its filter, no capabilities; no Landlock",
                executable: "firejail",
                words: [
                    "firejail", "--quiet", "--noprofile", "--private", "--private-dev", "--private-tmp", "--net=none",
                    "--ipc-namespace", "--caps.drop=all", "--nonewprivs", "--seccomp", "--rlimit-nproc=16", "--",
                ]),
            PeerSandbox(
                name: "crun", note: "namespaces, view, our filter, no capabilities, limits; no Landlock",
                executable: "crun",
                words: ["crun", "--cgroup-manager=disabled", "run", "--bundle", folder.path, "bench"],
                hasProgram: true),
        ]
    }

    private static func find(_ name: String) -> String? {
        ["/usr/local/bin", "/usr/bin", "/bin"].map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
