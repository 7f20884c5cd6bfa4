import Glibc
import LinuxIO

/// Turns the host's paths that a profile shows into mounts of a view.
struct HostPaths: Sendable {
    private(set) var mounts: [PlannedMount] = []
    /// What was mounted, by its name inside: for Landlock's rules.
    private(set) var readable: [String] = []
    /// What of /etc the view makes itself beside that, where home is `/tmp`.
    private let systemFiles: [PlannedMount]

    /// Names that distributions merged into /usr: they are links there, and links inside.
    static let merged = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

    /// - Parameters:
    ///   - paths: Absolute. One that is not on this host is left out: it grants nothing.
    ///   - hidden: Folders that no box sees, such as `$AGENTBOX_HOME`.
    init(reading paths: [String], hidden: [String]) throws(SandboxError) {
        var real: [String: String] = [:]
        let rules = ShowRules(hidden: hidden, asker: .profile)
        for path in paths {
            try Self.check(path)
            try rules.requireNotOwn(path)
            guard access(path, F_OK) == 0 else { continue }
            let target = HostPath.canonical(path)
            try rules.require(target)
            real[path] = target
        }
        func isCovered(_ path: String, besides own: String) -> Bool {
            real.keys.contains { $0 != own && HostPath.contains($0, path) }
        }

        var links: Set<String> = []
        for name in Self.merged {
            guard let content = Self.link(name), isCovered(HostPath.canonical(name), besides: name) else { continue }
            links.insert(name)
            mounts.append(PlannedMount(content: .symbolicLink(to: content), target: name))
        }
        for (path, target) in real.sorted(by: { $0.key < $1.key }) where !links.contains(path) {
            // Through a merged name the file has its place beneath /usr already, or gets it there.
            let place = links.contains { HostPath.contains($0, path) } ? target : path
            if isCovered(place, besides: path) || readable.contains(place) { continue }
            let source: Descriptor
            do {
                source = try Descriptor.open(target, pathOnly)
            } catch {
                throw SandboxError("open `\(path)` of the profile", error)
            }
            mounts.append(PlannedMount(content: .bind(source.shared()), target: place))
            readable.append(place)
        }
        systemFiles = SystemFiles.mounts(home: "/tmp", readable: readable)
    }

    /// What of /etc the view makes itself.
    func systemFiles(home: String) -> [PlannedMount] {
        home == "/tmp" ? systemFiles : SystemFiles.mounts(home: home, readable: readable)
    }

    private static func check(_ path: String) throws(SandboxError) {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix("/"), path.count > 1, components.dropFirst().allSatisfy({ !["", ".", ".."].contains($0) })
        else {
            throw SandboxError(
                .invalidSpecification, "`\(path)` in `filesystem.read` is no absolute path to a folder or file",
                remedy: "write it without `.`, `..` and a slash at the end; `/` itself cannot be shown")
        }
    }

    /// The content of a symbolic link; nil if the name is none.
    private static func link(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return String(validating: bytes[..<count], as: UTF8.self)
    }
}
