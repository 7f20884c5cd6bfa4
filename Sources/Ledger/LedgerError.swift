import Diagnostics
import LinuxIO

/// What goes wrong with a ledger.
package struct LedgerError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code.rawValue
        self.message = message
        self.remedy = remedy
    }

    /// The codes that there are.
    enum Code: String {
        case closed
        case corrupt
        case entryMalformed = "entry-malformed"
        case entryTooLarge = "entry-too-large"
        case notALedger = "not-a-ledger"
        case openFailed = "open-failed"
        case poisoned
        case readFailed = "read-failed"
        case shrunk
        case unsafeFile = "unsafe-file"
        case version
        case writeFailed = "write-failed"
    }

    /// True if the entry is what is wrong, and a smaller one would be taken.
    package var isEntryTooLarge: Bool { code == Code.entryTooLarge.rawValue }

    /// Equality is on the code, as for every diagnostic.
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    static func system(_ code: Code, _ what: String, _ path: String, _ error: SystemError) -> LedgerError {
        LedgerError(code, "\(what) `\(path)`: \(error.message)", remedy: error.remedy)
    }

    /// Runs `body`; a system call that fails in it becomes an error of the ledger.
    static func translating<Value>(
        _ code: Code, _ what: String, _ path: String, _ body: () throws -> Value
    ) throws(LedgerError) -> Value {
        do {
            return try body()
        } catch let error as LedgerError {
            throw error
        } catch let error as SystemError {
            throw .system(code, what, path, error)
        } catch {
            throw LedgerError(code, "\(what) `\(path)`: \(error)")
        }
    }

    static func corrupt(_ path: String, offset: Int64, index: UInt64, _ why: String) -> LedgerError {
        LedgerError(
            .corrupt, "entry \(index) of `\(path)`, at byte \(offset), is damaged: \(why)",
            remedy: "restore the file from a backup, or move its folder aside to start a new ledger; "
                + "`audit log` still reads the entries before it")
    }
}
