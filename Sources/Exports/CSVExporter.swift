import Diagnostics
import StrictJSON

/// A table of the entries by RFC 4180: a header, then a record an entry, each ended by CRLF.
///
/// Attack: an agent names a file `=HYPERLINK(…)`, and whoever opens the table in a spreadsheet runs it. A cell that a
/// spreadsheet would take for a formula begins with an apostrophe, and no cell holds a control character.
struct CSVExporter: EntryExporter {
    /// Names the columns, in their order.
    static let columns = [
        "index", "time", "kind", "run", "task", "principal", "agent", "agentName", "call", "tool", "effect", "code",
        "reason", "rules", "approvers", "verdict", "end", "status", "exit", "durationMicroseconds", "violations",
        "changes", "labels", "grants", "intentDigest", "toolDigest", "profileDigest", "callDigest", "decided",
    ]

    /// Characters of a cell; the entry itself has the rest.
    private static let longest = 2000

    mutating func begin(_ output: inout [UInt8]) { Self.add(Self.columns, &output) }

    mutating func add(_ entry: ExportedEntry, _ output: inout [UInt8]) {
        Self.add(Self.columns.map { Self.cell($0, entry) }, &output)
    }

    private static func cell(_ column: String, _ entry: ExportedEntry) -> String {
        switch column {
        case "index": String(entry.index)
        case "code", "reason": entry.decision?[column]?.stringValue ?? entry.text(column) ?? ""
        case "rules": entry.rules.map { String($0 + 1) }.joined(separator: " ")
        case "approvers": entry.approvers.joined(separator: "; ")
        case "end", "status": entry.outcome?[column]?.stringValue ?? ""
        case "exit", "durationMicroseconds": entry.outcome?[column]?.integerValue.map { String($0) } ?? ""
        case "violations": entry.outcome == nil ? "" : String(entry.violations)
        case "changes": entry.outcome?["changes"]?.arrayValue.map { String($0.count) } ?? ""
        case "labels": entry.labels.joined(separator: " ")
        case "grants": entry.grants.map { "\($0.word): \($0.subject)" }.joined(separator: "; ")
        default: entry[column].map { $0.stringValue ?? $0.encodedString() } ?? ""
        }
    }

    private static func add(_ cells: [String], _ output: inout [UInt8]) {
        for (position, cell) in cells.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            output += Array(field(cell).utf8)
        }
        output += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// A field as RFC 4180, section 2, has it.
    static func field(_ text: String) -> String {
        var text = VisibleText.line(text, limit: longest)
        if isFormula(text) { text = "'" + text }
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// True if a spreadsheet may compute it. White space before the sign is skipped by some, and full-width forms of the
    /// signs are taken for them by others. A negative number is one all the same: no column of ours holds any.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
        return "=+-@|%\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first)
    }
}
