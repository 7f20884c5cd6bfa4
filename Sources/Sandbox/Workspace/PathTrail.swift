import Glibc

/// Every name by which a path on the host is reached: each symbolic link on the way, and where it ends.
///
/// Attack: a call that may write to `w` replaces the link `w/task.yaml -> cfg/task.yaml`, or the link to a folder above
/// it, and the next run by that name obeys another file. Who protects a file by its name protects all of these.
struct PathTrail {
    /// Real paths: of each link the link itself, in the order in which they are met, and last of the end. Of what does
    /// not exist, the end is the name that it would have.
    let names: [String]

    /// As many links as the kernel follows (path_resolution(7)).
    private static let mostLinks = 40

    init(_ text: String) {
        var links: [String] = []
        var current = text.utf8.first == UInt8(ascii: "/") ? "/" : HostPath.canonical(".")
        var rest = Self.components(text)
        while let name = rest.popLast() {
            // `current` is a real path, so what is above it is its text without the last component.
            if name == ".." {
                current = HostPath.parent(current)
                continue
            }
            let path = HostPath.join(current, name)
            guard links.count < Self.mostLinks, let target = Self.linkText(path) else {
                current = path
                continue
            }
            links.append(path)
            if target.utf8.first == UInt8(ascii: "/") { current = "/" }
            rest += Self.components(target)
        }
        names = links + [current]
    }

    /// Without `.`, the first component last.
    private static func components(_ text: String) -> [String] {
        text.split(separator: "/").reversed().filter { $0 != "." }.map(String.init)
    }

    /// The text of a symbolic link; nil if the name is none.
    private static func linkText(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        // What is no UTF-8 leads nowhere that agentbox goes; the link itself is named all the same.
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
