import Diagnostics

/// Values of a call that become words of a git command.
package enum GitArgument {
    /// A revision: a branch, a tag, an object name, `HEAD~2`, `main@{1}`. Nothing that git could take for an option or
    /// for several revisions.
    package static func revision(_ text: String, _ argument: String) throws(ToolError) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: Array("._/-+@{}^~#=".utf8).contains(byte) || byte >= 0x80
            }
        }
        guard !text.isEmpty, text.utf8.count <= 250, isPlain, text.utf8.first != UInt8(ascii: "-"),
            !text.hasPrefix("^"), !text.utf8.contains(sequence: "..")
        else {
            throw ToolError(
                .invalidArguments, "\(VisibleText.quoted(text)) cannot be `\(argument)`",
                remedy: "name one revision, such as `HEAD~1`, `main` or an object name")
        }
        return text
    }

    /// A branch's name, as git-check-ref-format has it and plainer: `main`, `agent/fix-1`.
    package static func branch(_ text: String, _ argument: String) throws(ToolError) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: Array("._/-+#=".utf8).contains(byte) || byte >= 0x80
            }
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let areNames = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.hasPrefix("-") && !part.hasSuffix(".lock")
                && !part.hasSuffix(".")
        }
        guard text.utf8.count <= 200, isPlain, areNames, !text.utf8.contains(sequence: ".."), text != "HEAD" else {
            throw ToolError(
                .invalidArguments, "\(VisibleText.quoted(text)) cannot be `\(argument)`",
                remedy: "name one branch, such as `main` or `agent/fix-1`")
        }
        return text
    }

    /// An object's whole name.
    package static func hash(_ text: String, _ argument: String) throws(ToolError) -> String {
        let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isHex, text.utf8.count == 40 || text.utf8.count == 64 else {
            throw ToolError(.invalidArguments, "`\(argument)` has to be a commit's whole name")
        }
        return text
    }

    /// A path of the workspace, for after `--`. The sandbox's own name of the workspace is taken off.
    package static func path(_ text: String) throws(ToolError) -> String { try WorkspacePath(text).normal }
}

extension String.UTF8View {
    fileprivate func contains(sequence: String) -> Bool {
        ByteSearch(Array(sequence.utf8)).first(in: Array(self)[...], from: 0) != nil
    }
}
