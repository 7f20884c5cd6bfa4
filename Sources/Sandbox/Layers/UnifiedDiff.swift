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
        let (before, after) = (quoted("a/" + path), quoted("b/" + path))
        var output = "--- \(old == nil ? "/dev/null" : before)\n+++ \(new == nil ? "/dev/null" : after)\n"
        let edits = LineDifference.edits(from: oldLines, to: newLines)
        for hunk in hunks(of: edits) { append(edits[hunk], to: &output, oldLines, newLines) }
        return output
    }

    /// A name as git writes it: one that holds a control character, a quotation mark or a backslash as a literal of C.
    /// A line feed in a name would otherwise begin lines of its own choosing.
    private static func quoted(_ name: String) -> String {
        guard name.utf8.contains(where: isSpecial) else { return name }
        var result = "\""
        for scalar in name.unicodeScalars {
            if let byte = UInt8(exactly: scalar.value), isSpecial(byte) {
                result += "\\" + (letters[byte] ?? octal(byte))
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static let letters: [UInt8: String] = [
        0x07: "a", 0x08: "b", 0x09: "t", 0x0A: "n", 0x0B: "v", 0x0C: "f", 0x0D: "r", 0x22: "\"", 0x5C: "\\",
    ]

    private static func octal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 8)
        return String(repeating: "0", count: 3 - digits.count) + digits
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
