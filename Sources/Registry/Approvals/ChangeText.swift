import Diagnostics
import Sandbox

/// One change of a file for an approver: what happens to it, and the difference line by line, each behind a mark so
/// that no content can pass for a line of ours.
struct ChangeText {
    let change: WorkspaceChange
    let diff: FileDiff

    init(_ change: WorkspaceChange, _ diff: FileDiff) {
        self.change = change
        self.diff = diff
    }

    /// - Parameter limit: Of the difference, in bytes.
    func lines(limit: Int) -> [String] {
        var lines = ["  \(change.kind.rawValue) \(VisibleText.quoted(change.path, limit: 4096))"]
        if let review = change.review { lines.append("    which this host may execute or obey later: \(review)") }
        switch diff {
        case .text(let text):
            let kept = text.cut(toBytes: max(0, limit))
            var pieces = VisibleText.exactLines(String(kept))
            if pieces.last == "" { pieces.removeLast() }
            lines += pieces.map { "  | " + $0 }
            if kept.utf8.count < text.utf8.count { lines.append("    … cut: the whole is \(text.utf8.count) bytes") }
        case .binary: lines.append("    (not a text)")
        case .tooLarge: lines.append("    (too large to compare line by line)")
        case .unknown: lines.append("    (cannot be shown)")
        case .none: break
        }
        if let digest = change.newDigest { lines.append("    its content is then \(digest)") }
        return lines
    }
}
