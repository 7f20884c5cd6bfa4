import Diagnostics
import Glibc

/// A path as an agent names it: relative to the workspace, or beginning with `/workspace`, which is what every box
/// calls it. The tool's working directory is the workspace.
package struct WorkspacePath {
    private static let root = "/workspace"

    /// Relative to the workspace; `.` is the workspace itself.
    package let relative: String

    package init(_ text: String) throws(ToolError) {
        guard !text.isEmpty else {
            throw ToolError(.invalidArguments, "a path is empty", remedy: "`.` is the workspace itself")
        }
        // A NUL would end the path for the kernel, and hide the rest from it but not from who reads the call.
        guard !text.utf8.contains(0) else { throw ToolError(.invalidArguments, "a path holds a NUL character") }
        guard text.utf8.first == UInt8(ascii: "/") else {
            relative = text
            return
        }
        guard text == Self.root || text.hasPrefix(Self.root + "/") else {
            throw ToolError(
                .notPermitted, "\(VisibleText.quoted(text, limit: 200)) lies outside the workspace",
                remedy: "name paths relative to the workspace, such as `src/main.c`")
        }
        let rest = text.utf8.dropFirst(Self.root.utf8.count).drop { $0 == UInt8(ascii: "/") }
        relative = rest.isEmpty ? "." : String(decoding: rest, as: UTF8.self)
    }

    /// Without `.` and empty components and trailing slashes, for results that can be handed back as arguments.
    package var normal: String {
        let components = relative.split(separator: "/").filter { $0 != "." }
        return components.isEmpty ? "." : components.joined(separator: "/")
    }

    /// True if there is something of that name, also a symbolic link that leads nowhere.
    package var exists: Bool {
        var status = stat()
        return lstat(relative, &status) == 0
    }

    /// True if it is a folder, or a symbolic link to one.
    package var isFolder: Bool {
        var status = stat()
        return stat(relative, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Everything before the last name.
    package var folder: String {
        normal.lastIndex(of: "/").map { String(normal[..<$0]) } ?? "."
    }

    /// True if the folder that it lies in is there.
    package var hasFolder: Bool {
        var status = stat()
        return stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
