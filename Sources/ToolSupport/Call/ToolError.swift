import Diagnostics
import Glibc

/// Why a tool could not do what it was asked.
package struct ToolError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    package init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code.rawValue
        self.message = message
        self.remedy = remedy
    }

    /// The codes that there are.
    package enum Code: String {
        case invalidArguments = "invalid-arguments"
        case notFound = "not-found"
        case notPermitted = "not-permitted"
        case notAFile = "not-a-file"
        case notText = "not-text"
        case tooLarge = "too-large"
        case noMatch = "no-match"
        case ambiguous
        case nothingToDo = "nothing-to-do"
        case programFailed = "program-failed"
        case serverRefused = "server-refused"
        case unreachable
        case system
    }

    /// Equality is on the code, as for every diagnostic.
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// A failed system call on what the agent calls `path`.
    package static func system(_ number: Int32, _ what: String, _ path: String) -> ToolError {
        let subject = VisibleText.quoted(path, limit: 200)
        switch number {
        case ENOENT:
            return ToolError(.notFound, "\(subject) does not exist", remedy: "fs.list shows what there is")
        case EACCES, EPERM:
            return ToolError(
                .notPermitted, "this call may not \(what) \(subject)",
                remedy: "the call's grant covers only what its arguments name")
        case EROFS:
            return ToolError(
                .notPermitted, "this call may not \(what) \(subject): the workspace is read-only for it",
                remedy: "name the path in the arguments that grant writing")
        case ELOOP:
            return ToolError(.notFound, "\(subject) is a symbolic link that leads nowhere")
        case ENOTDIR:
            return ToolError(.notFound, "\(subject) leads through something that is not a folder")
        case EISDIR:
            return ToolError(.notAFile, "\(subject) is a folder", remedy: "fs.list shows what is in it")
        case ENOSPC, EDQUOT, EFBIG:
            return ToolError(.tooLarge, "there is no room to \(what) \(subject)", remedy: "write less")
        default:
            return ToolError(.system, "cannot \(what) \(subject): \(String(cString: strerror(number)))")
        }
    }
}
