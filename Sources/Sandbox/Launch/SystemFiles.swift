/// The few files of /etc that programs expect, with nothing of the host in them.
enum SystemFiles {
    /// Their names.
    static let names = files(home: "/").map(\.0)

    /// - Parameters:
    ///   - home: The home directory of the one account.
    ///   - readable: What the view shows of the host: a file that it holds is left as it is.
    static func mounts(home: String, readable: [String]) -> [PlannedMount] {
        files(home: home).filter { path, _ in !readable.contains { HostPath.contains($0, path) } }
            .map { path, text in PlannedMount(content: .file(text: text), target: path, mode: 0o444) }
    }

    private static func files(home: String) -> [(String, String)] {
        let user = CallIdentity.insideUser
        let group = CallIdentity.insideGroup
        return [
            ("/etc/group", "root:x:0:\nagent:x:\(group):\nnogroup:x:65534:\n"),
            ("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
            ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
            (
                "/etc/passwd",
                "root:x:0:0:root:/:/usr/sbin/nologin\nagent:x:\(user):\(group):agent:\(home):/bin/sh\n"
                    + "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
            ),
        ]
    }
}
