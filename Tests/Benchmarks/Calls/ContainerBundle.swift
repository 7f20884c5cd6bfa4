import Glibc
import Manifests
@_spi(Launch) import Sandbox
import StrictJSON
import TestSupport

/// What a container runtime reads (OCI runtime specification 1.0): a root with the system's programs, and the profile's
/// filter in its form.
enum ContainerBundle {
    static let root = "rootfs"

    /// Who root inside is: of root's containers nobody that the host knows.
    static var hostID: UInt32 { geteuid() == 0 ? 400_000_000 : geteuid() }

    static func write(to folder: TemporaryFolder, profile: ResolvedProfile) throws {
        // They have to be there: the container's root is nobody on the host.
        for name in ["usr", "bin", "lib", "lib64", "proc", "dev", "tmp"] { try folder.folder("\(root)/\(name)") }
        let user: JSON = ["containerID": 0, "hostID": .number(Double(hostID)), "size": 1]
        let group: JSON = [
            "containerID": 0, "hostID": .number(Double(geteuid() == 0 ? hostID : getegid())), "size": 1,
        ]
        let binds: [JSON] = ["/usr", "/bin", "/lib", "/lib64"].map { path in
            [
                "destination": .string(path), "type": "bind", "source": .string(path),
                "options": ["bind", "ro", "nosuid", "nodev"],
            ]
        }
        let config: JSON = [
            "ociVersion": "1.0.2",
            "process": [
                "terminal": false, "user": ["uid": 0, "gid": 0], "args": ["/bin/true"], "cwd": "/",
                "env": ["PATH=/usr/bin"], "noNewPrivileges": true, "capabilities": [:],
                "rlimits": [["type": "RLIMIT_NOFILE", "soft": 64, "hard": 64]],
            ],
            "root": ["path": .string(root), "readonly": true],
            "hostname": "bench",
            "mounts": .array(
                binds + [
                    ["destination": "/proc", "type": "proc", "source": "proc"],
                    [
                        "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                        "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
                    ],
                    ["destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev"]],
                ]),
            "linux": [
                "namespaces": [
                    ["type": "user"], ["type": "pid"], ["type": "network"], ["type": "ipc"], ["type": "uts"],
                    ["type": "mount"], ["type": "cgroup"],
                ],
                "uidMappings": [user], "gidMappings": [group],
                "seccomp": try OCIExport.json(of: profile),
            ],
        ]
        try folder.write("config.json", config.encodedString())
    }
}
