import Glibc
import LinuxIO

/// Comparisons of absolute, real paths on the host.
enum HostPath {
    /// The real path of `text`; of what does not exist yet, the real path of the nearest folder above it with the rest
    /// behind. Absolute in any case.
    static func canonical(_ text: String) -> String {
        var rest: [Substring] = []
        var head = text
        while true {
            if let real = realPath(head) { return rest.reversed().reduce(real) { join($0, String($1)) } }
            let components = head.split(separator: "/")
            guard let last = components.last else { return "/" }
            rest.append(last)
            let isAbsolute = head.utf8.first == UInt8(ascii: "/")
            head = (isAbsolute ? "/" : "") + components.dropLast().joined(separator: "/")
            if head.isEmpty { head = "." }
        }
    }

    /// True if `path` is `folder` or lies beneath it.
    static func contains(_ folder: String, _ path: String) -> Bool { relative(path, to: folder) != nil }

    /// `path` as seen from `folder`, `.` if they are the same; nil if it does not lie beneath.
    static func relative(_ path: String, to folder: String) -> String? {
        let path = Array(path.utf8)
        let folder = folder == "/" ? [] : Array(folder.utf8)
        guard path.starts(with: folder) else { return nil }
        if path.count == folder.count { return "." }
        guard path[folder.count] == UInt8(ascii: "/") else { return nil }
        let rest = path[(folder.count + 1)...]
        return rest.isEmpty ? "." : String(decoding: rest, as: UTF8.self)
    }

    /// A path with one more component.
    static func join(_ folder: String, _ name: String) -> String {
        folder == "." ? name : folder == "/" ? "/" + name : folder + "/" + name
    }

    /// The folder above an absolute path; of `/` itself.
    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The folder and the last component of a relative path.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(validatingCString: pointer)
    }
}
