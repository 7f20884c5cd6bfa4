/// The difference of two texts in the unified format, as `diff -u` and git print it.
///
///     UnifiedDiff.text(old: "a\nb\n", new: "a\nc\n", path: "x")
///     // --- a/x
///     // +++ b/x
///     // @@ -1,2 +1,2 @@
///     //  a
///     // -b
///     // +c
package enum UnifiedDiff {
    /// Lines shown before and after a change.
    private static let context = 3

    /// Nil if a content is binary: it holds a NUL byte or is no UTF-8. An old or new content of nil is no file.
    package static func text(old: [UInt8]?, new: [UInt8]?, path: String) -> String? {
        guard let oldLines = lines(old ?? []), let newLines = lines(new ?? []) else { return nil }
        if oldLines == newLines && (old == nil) == (new == nil) { return "" }
        var output = "--- \(old == nil ? "/dev/null" : "a/\(path)")\n+++ \(new == nil ? "/dev/null" : "b/\(path)")\n"
        let edits = LineDifference.edits(from: oldLines, to: newLines)
        for hunk in hunks(of: edits) { append(edits[hunk], to: &output, oldLines, newLines) }
        return output
    }

    /// Each line with its line feed; nil if the content is no text.
    private static func lines(_ bytes: [UInt8]) -> [Substring]? {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var lines: [Substring] = []
        var start = text.utf8.startIndex
        while start < text.utf8.endIndex {
            let feed = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = feed.map { text.utf8.index(after: $0) } ?? text.utf8.endIndex
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    /// Ranges of edits that are printed together: changes and the lines around them.
    private static func hunks(of edits: [LineDifference.Edit]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, edit) in edits.enumerated() where !edit.isKept {
            let range = max(0, index - context)..<min(edits.count, index + context + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private static func append(
        _ edits: ArraySlice<LineDifference.Edit>, to output: inout String, _ old: [Substring], _ new: [Substring]
    ) {
        let removed = edits.count(where: \.isInOld)
        let added = edits.count(where: \.isInNew)
        let place = edits.first?.place ?? (old: 0, new: 0)
        output += "@@ -" + lineRange(place.old, removed) + " +" + lineRange(place.new, added) + " @@\n"
        for edit in edits {
            switch edit {
            case .keep(let oldLine, _): append(" ", old[oldLine], to: &output)
            case .remove(let oldLine, _): append("-", old[oldLine], to: &output)
            case .insert(_, let newLine): append("+", new[newLine], to: &output)
            }
        }
    }

    /// `start,count` with lines counted from 1; an empty range names the line before it.
    private static func lineRange(_ start: Int, _ count: Int) -> String {
        let first = count == 0 ? start : start + 1
        return count == 1 ? "\(first)" : "\(first),\(count)"
    }

    private static func append(_ mark: String, _ text: Substring, to output: inout String) {
        output += mark + String(text)
        if text.utf8.last != UInt8(ascii: "\n") { output += "\n\\ No newline at end of file\n" }
    }
}
