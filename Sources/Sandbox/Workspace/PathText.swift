/// The text of a path, checked before the kernel sees it: everything that can be known without looking.
struct PathText {
    /// Relative to the workspace, as given, `.` if nothing is left. It may hold `.`, `..` and symbolic links.
    let relative: String
    /// True if only a folder can be meant: the text ends in `/`, `.` or `..`.
    let namesDirectory: Bool

    static let longest = 4096
    static let longestComponent = 255
    static let most = 128

    init(_ text: String) throws(GrantError) {
        guard !text.isEmpty else {
            throw GrantError(.invalidPath, text, "the path is empty", remedy: "`.` names the workspace")
        }
        guard text.utf8.count <= Self.longest else {
            let start = String(text.prefix(60)) + "…"
            throw GrantError(.invalidPath, start, "the path `\(start)` is longer than \(Self.longest) bytes")
        }
        guard !text.utf8.contains(0) else {
            throw GrantError(.invalidPath, text, "the path holds a NUL byte, at which the kernel would end it")
        }
        let components = try Self.components(of: text)
        relative = components.isEmpty ? "." : components.joined(separator: "/")
        let last = components.last
        namesDirectory = last == nil || last == "." || last == ".." || text.utf8.last == UInt8(ascii: "/")
    }

    /// True if `text` is the canonical name `path` itself, relative to the workspace or as boxes see it: then nothing
    /// is left to be read one way or another.
    static func names(_ path: String, _ text: String) -> Bool {
        let inView = path == "." ? WorkspaceRoot.viewPath : WorkspaceRoot.viewPath + "/" + path
        return text.utf8.elementsEqual(path.utf8) || text.utf8.elementsEqual(inView.utf8)
    }

    private static func components(of text: String) throws(GrantError) -> [Substring] {
        var components = text.split(separator: "/")
        if text.utf8.first == UInt8(ascii: "/") {
            guard components.first == WorkspaceRoot.viewPath.dropFirst() else {
                throw GrantError(
                    .leavesWorkspace, text, "`\(text)` is an absolute path outside of the workspace",
                    remedy: "name it relative to the workspace, or beneath `\(WorkspaceRoot.viewPath)`")
            }
            components.removeFirst()
        }
        guard components.count <= most else {
            throw GrantError(.invalidPath, text, "the path has more than \(most) components")
        }
        // Lexically, so that the plainest attempt gets the plainest answer; the kernel decides about the rest.
        var depth = 0
        for component in components {
            guard component.utf8.count <= longestComponent else {
                throw GrantError(.invalidPath, text, "a component of the path is longer than \(longestComponent) bytes")
            }
            depth += component == ".." ? -1 : component == "." ? 0 : 1
            guard depth >= 0 else {
                throw GrantError(.leavesWorkspace, text, "`\(text)` leads out of the workspace with `..`")
            }
        }
        return components
    }
}
