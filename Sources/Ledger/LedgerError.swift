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
        case anchorFailed = "anchor-failed"
        case closed
        case corrupt
        case diverged
        case entryMalformed = "entry-malformed"
        case entryTooLarge = "entry-too-large"
        case keyMalformed = "key-malformed"
        case keyMissing = "key-missing"
        case noteMalformed = "note-malformed"
        case proofWrong = "proof-wrong"
        case notALedger = "not-a-ledger"
        case openFailed = "open-failed"
        case poisoned
        case readFailed = "read-failed"
        case shrunk
        case signatureMissing = "signature-missing"
        case signatureWrong = "signature-wrong"
        case signingFailed = "signing-failed"
        case unsafeFile = "unsafe-file"
        case version
        case writeFailed = "write-failed"
    }

    /// True if the entry is what is wrong, and a smaller one would be taken.
    package var isEntryTooLarge: Bool { code == Code.entryTooLarge.rawValue }

    /// True if what was verified does not hold, rather than that it could not be looked at.
    package var isRefusal: Bool {
        let codes: [Code] = [
            .corrupt, .diverged, .noteMalformed, .proofWrong, .shrunk, .signatureMissing, .signatureWrong,
        ]
        return codes.contains { $0.rawValue == code }
    }

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

    /// A log that does not have all that a checkpoint says it had.
    static func shorter(_ path: String, than size: UInt64, has count: UInt64, by whom: String? = nil) -> LedgerError {
        let known = whom.map { "the checkpoint in `\($0)` says" } ?? "its last checkpoint says"
        return LedgerError(
            .shrunk, "`\(path)` has \(count) entries, and \(known) that it had \(size): entries were removed",
            remedy: "restore the ledger's folder from a backup that has them; to go on without, move the folder aside, "
                + "keep it as evidence, and a new ledger is started")
    }

    /// A log whose entries are not what its newest checkpoint signs.
    static func changed(_ path: String, size: UInt64) -> LedgerError {
        LedgerError(
            .corrupt, "the \(size) entries of `\(path)` are not those that its checkpoint signs",
            remedy: "an entry was changed, removed, added or moved: keep the log as evidence, and compare it with a "
                + "backup")
    }

    /// A log that has as many entries as a checkpoint says, and others.
    static func diverged(_ path: String, from whom: String, size: UInt64) -> LedgerError {
        LedgerError(
            .diverged, "the first \(size) entries of `\(path)` are not those that the checkpoint in `\(whom)` covers",
            remedy: "one of both was changed: keep both as evidence, and restore the ledger's folder from a backup")
    }

    static func corrupt(_ path: String, offset: Int64, index: UInt64, _ why: String) -> LedgerError {
        LedgerError(
            .corrupt, "entry \(index) of `\(path)`, at byte \(offset), is damaged: \(why)",
            remedy: "restore the file from a backup, or move its folder aside to start a new ledger; "
                + "`audit log` still reads the entries before it")
    }
}
