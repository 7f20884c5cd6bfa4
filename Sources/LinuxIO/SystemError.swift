import CSandbox
import Diagnostics
import Glibc

/// A system call that failed: which one, how, and on what.
package struct SystemError: Diagnostic, Equatable {
    /// The call's name: `open`.
    package let call: String
    package let errno: Int32
    /// What it was about, usually a path; nil if nothing tells more than the call.
    package let subject: String?

    package init(call: String, errno: Int32, subject: String? = nil) {
        self.call = call
        self.errno = errno
        self.subject = subject
    }

    /// The error of a call that has just returned -1.
    package static func last(_ call: String, _ subject: String? = nil) -> SystemError {
        SystemError(call: call, errno: Glibc.errno, subject: subject)
    }

    /// `ENOENT`; `errno 999` if the C library does not know it.
    package static func name(of errno: Int32) -> String {
        errno_shim_name(errno).map { String(cString: $0) } ?? "errno \(errno)"
    }

    /// The C library's words, in lower case.
    package static func text(of errno: Int32) -> String {
        errno_shim_text(errno).map { String(cString: $0).lowercased() } ?? "unknown error"
    }

    package var name: String { Self.name(of: errno) }

    /// The errno's name in lower case: `enoent`.
    package var code: String { Self.name(of: errno).lowercased() }

    package var message: String {
        let target = subject.map { " of `\($0)`" } ?? ""
        return "\(call)\(target) failed: \(Self.text(of: errno)) (\(name))"
    }

    package var remedy: String? {
        switch errno {
        case EMFILE: "raise the limit of open files with `ulimit -n`"
        case ENFILE: "raise `fs.file-max` with sysctl: the whole system is out of descriptors"
        case ENOSPC, EDQUOT: "free space on the file system"
        case EROFS: "choose a directory on a file system that is mounted read-write"
        default: nil
        }
    }

    /// Equality is on the code, as for every diagnostic.
    package static func == (left: Self, right: Self) -> Bool { left.errno == right.errno }
}

/// Repeats `body` while a signal interrupts it; -1 otherwise is the error of `call`.
@discardableResult
package func retrying<Result: FixedWidthInteger & SignedInteger>(
    _ call: @autoclosure () -> String, _ subject: @autoclosure () -> String? = nil, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR { throw SystemError.last(call(), subject()) }
    }
}
