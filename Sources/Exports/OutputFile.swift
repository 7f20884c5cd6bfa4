import Diagnostics
import Glibc
import LinuxIO

/// A file that appears under its name when it is whole: what fails halfway leaves what was there before.
///
///     let file = try OutputFile("entries.csv")
///     try file.write(bytes)
///     try file.commit()
package final class OutputFile {
    private let path: String
    private let temporary: String
    private let descriptor: SharedDescriptor
    private var isCommitted = false

    /// Begins the file beside `path`: for its owner alone, as the ledger is.
    package init(_ path: String) throws(ExportError) {
        var status = stat()
        // What is no regular file is not replaced: a device or a folder was meant for something else.
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw ExportError(
                .notAFile, "`\(VisibleText.line(path))` is there, and no regular file", remedy: "name another file")
        }
        self.path = path
        temporary = "\(path).\(String(UInt32.random(in: 0 ... .max), radix: 36)).new"
        do throws(SystemError) {
            descriptor = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600).shared()
        } catch {
            throw ExportError(
                .cannotWrite, "cannot write `\(VisibleText.line(path))`: \(error.message)", remedy: error.remedy)
        }
    }

    deinit { if !isCommitted { unlink(temporary) } }

    package func write(_ bytes: [UInt8]) throws(ExportError) {
        try translating { () throws(SystemError) in try descriptor.writeAll(bytes) }
    }

    /// Gives it its name.
    package func commit() throws(ExportError) {
        try translating { () throws(SystemError) in
            try descriptor.synchronize()
            try retrying("rename", path) { rename(temporary, path) }
        }
        isCommitted = true
    }

    private func translating(_ body: () throws(SystemError) -> Void) throws(ExportError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw ExportError(
                .cannotWrite, "cannot write `\(VisibleText.line(path))`: \(error.message)", remedy: error.remedy)
        }
    }
}

/// What goes wrong with an export.
package struct ExportError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code.rawValue
        self.message = message
        self.remedy = remedy
    }

    enum Code: String {
        case cannotWrite = "cannot-write"
        case notAFile = "not-a-file"
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
