import Diagnostics
import Ledger
import StrictJSON

/// What came of verifying a log, for a person and for a program.
struct VerificationReport {
    private let result: LedgerVerification

    init(_ result: LedgerVerification) { self.result = result }

    var lines: [String] {
        let checkpoint = result.checkpoint
        let head =
            result.isWhole
            ? Terminal.styled("the record is whole", .green) : Terminal.styled("the record is not whole", .red)
        var lines = [
            "\(head): \(checkpoint.size) entries, every one covered by a signed checkpoint",
            "  root       \(checkpoint.root.base64)",
            "  key        \(VisibleText.line(checkpoint.key.name))"
                + (result.epochs > 1 ? ", key \(result.epochs)" : ""),
        ]
        if result.unsignedEntries > 0 {
            lines.append("  unsigned   the first \(result.unsignedEntries) were written before any was signed")
        }
        if result.recoveries > 0 {
            lines.append("  crashes    \(result.recoveries), each with an entry that tells of it")
        }
        if result.commitments > 0 {
            let rest = result.commitments - result.erased
            let state = result.isWhole ? "all others are what was recorded" : "see below"
            lines.append("  data       \(rest) values, \(result.erased) erased; \(state)")
        }
        for (place, size) in result.continues {
            lines.append("  continues  \(VisibleText.line(place)), which has \(size) entries")
        }
        if !result.missing.isEmpty {
            lines.append("  missing    the data of entries \(Self.list(result.missing)), which nobody had erased")
        }
        if !result.altered.isEmpty {
            lines.append("  altered    the data of entries \(Self.list(result.altered)) is not what was recorded")
        }
        lines += TextWrap.lines(scope, within: Terminal.width - 2).map { "  " + Terminal.styled($0, .dim) }
        return lines
    }

    /// Against whom that says something.
    private var scope: String {
        let base = "Evident against everybody who does not hold the ledger's key"
        guard let newest = result.continues.map(\.size).max() else {
            return base + "; against its holder only by a checkpoint that was kept elsewhere: --since, --anchor."
        }
        return base + ", and against its holder for the first \(newest) entries."
    }

    var json: JSON {
        let checkpoint = result.checkpoint
        return [
            "verified": .bool(result.isWhole), "size": .integer(Int64(clamping: checkpoint.size)),
            "root": .string(checkpoint.root.base64), "key": .string(checkpoint.key.description),
            "checkpoint": .string(checkpoint.encoded), "epochs": .integer(Int64(result.epochs)),
            "unsignedEntries": .integer(Int64(clamping: result.unsignedEntries)),
            "recoveries": .integer(Int64(result.recoveries)), "commitments": .integer(Int64(result.commitments)),
            "erased": .integer(Int64(result.erased)), "missing": Self.array(result.missing),
            "altered": Self.array(result.altered),
            "continues": .array(
                result.continues.map { ["place": .string($0.place), "size": .integer(Int64(clamping: $0.size))] }),
        ]
    }

    private static func array(_ indices: [LedgerIndex]) -> JSON {
        .array(indices.map { .integer(Int64(clamping: $0)) })
    }

    private static func list(_ indices: [LedgerIndex]) -> String {
        let shown = indices.prefix(10).map(String.init).joined(separator: ", ")
        return indices.count > 10 ? shown + ", …" : shown
    }
}
