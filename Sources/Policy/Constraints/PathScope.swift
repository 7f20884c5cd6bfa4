/// Folders and files that a rule names, relative to the workspace, with everything beneath them.
///
/// Compared component by component, so that `Sources` covers `Sources/a` and not `Sources-old`, and by code points, as
/// the file system does.
struct PathScope: Hashable, Sendable {
    /// Canonical; `.` is the workspace.
    let tops: [String]

    init(_ texts: [String]) throws(PathRefusal) {
        var tops: [String] = []
        for text in texts { tops.append(try CanonicalPath.lexical(text)) }
        self.tops = tops
    }

    /// True if a canonical path is one of the tops or beneath one.
    func covers(_ path: String) -> Bool {
        tops.contains { top in
            if top == CanonicalPath.root { return true }
            let path = path.utf8
            let top = top.utf8
            guard path.starts(with: top) else { return false }
            let rest = path.dropFirst(top.count)
            return rest.isEmpty || rest.first == UInt8(ascii: "/")
        }
    }
}

/// Why a text is no path beneath the workspace; reads after "`path` cannot be resolved: ".
struct PathRefusal: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Paths relative to the workspace, without `.`, `..` and empty components; the workspace itself is `.`.
enum CanonicalPath {
    static let root = "."

    /// The canonical form by the text alone: for what an intent's author wrote. What an agent wrote is resolved in the
    /// file system, where a link may lead elsewhere.
    static func lexical(_ text: String) throws(PathRefusal) -> String {
        if text.isEmpty { throw PathRefusal("it is empty") }
        if text.utf8.contains(0) { throw PathRefusal("it holds a NUL") }
        if text.utf8.first == UInt8(ascii: "/") { throw PathRefusal("it is absolute") }
        var components: [Substring.UTF8View] = []
        for component in text[...].utf8.split(separator: UInt8(ascii: "/")) {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                guard components.popLast() != nil else { throw PathRefusal("it leads out of the workspace") }
            } else {
                components.append(component)
            }
        }
        if components.isEmpty { return root }
        return components.map { String(Substring($0)) }.joined(separator: "/")
    }

    /// True for what the registry promises. Checked again before a decision rests on it.
    static func isCanonical(_ path: String) -> Bool {
        if path == root { return true }
        var length = 0
        var isOnlyDots = true
        for byte in path.utf8 {
            switch byte {
            case 0: return false
            case UInt8(ascii: "/"):
                if length == 0 || (isOnlyDots && length <= 2) { return false }
                length = 0
                isOnlyDots = true
            default:
                length += 1
                if byte != UInt8(ascii: ".") { isOnlyDots = false }
            }
        }
        return length > 0 && !(isOnlyDots && length <= 2)
    }
}
