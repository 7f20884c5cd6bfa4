/// Paths as manifests may write them. What they lead to is looked at when a call is resolved.
///
/// Everything here compares bytes. As characters, `/` and a combining mark behind it are one, so that `../` followed by
/// such a mark would hold no `..` part.
enum Paths {
    /// The pattern of `isBeneathWorkspace` for a schema.
    static let workspacePattern = #"^(?!\/(?!workspace(\/|$)))(?!(.*\/)?\.\.(\/|$))[^\u0000-\u001f\u007f]+$"#
    /// The pattern of `isAbsolute` for a schema.
    static let absolutePattern = #"^(\/(?!\.{1,2}(\/|$))[^\/\u0000-\u001f\u007f]+)+$"#
    /// The pattern of `isRelative` for a schema.
    static let relativePattern =
        #"^(?!\.{1,2}(\/|$))[^\/\u0000-\u001f\u007f]+(\/(?!\.{1,2}(\/|$))[^\/\u0000-\u001f\u007f]+)*$"#

    /// A path in the workspace: relative, or starting with `/workspace`, and without `..`.
    static func isBeneathWorkspace(_ path: String) -> Bool {
        guard isPrintable(path), !parts(path).contains(where: { $0.elementsEqual("..".utf8) }) else { return false }
        return path.utf8.first != slash || path.utf8.elementsEqual("/workspace".utf8)
            || path.utf8.starts(with: "/workspace/".utf8)
    }

    /// An absolute path in its shortest form, and not the root.
    static func isAbsolute(_ path: String) -> Bool {
        path.utf8.first == slash && isShortest(path.utf8.dropFirst()) && isPrintable(path)
    }

    /// A relative path in its shortest form.
    static func isRelative(_ path: String) -> Bool {
        isShortest(path.utf8[...]) && isPrintable(path)
    }

    /// True if `path` is `folder` or lies beneath it. Both are absolute and in their shortest form.
    static func covers(_ folder: String, _ path: String) -> Bool {
        path.utf8.elementsEqual(folder.utf8) || path.utf8.starts(with: Array(folder.utf8) + [slash])
    }

    private static let slash = UInt8(ascii: "/")

    private static func parts(_ path: String) -> [Substring.UTF8View] {
        path.utf8.split(separator: slash, omittingEmptySubsequences: false)
    }

    /// True if there is no empty part, no `.` and no `..`.
    private static func isShortest(_ path: Substring.UTF8View) -> Bool {
        path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
    }

    private static func isPrintable(_ path: String) -> Bool {
        !path.isEmpty && path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}
