/// Breaks the lines of what an approver is shown, so that each fits on a terminal: at the last space where there is one,
/// and what follows stands below the value, not at the edge, where a line of ours would.
package enum ApprovalLayout {
    /// Where the value stands in `task       docs: …`.
    private static let valueColumn = 11
    /// Of content, whose own lines begin with `  | `.
    private static let continuation = "  : "
    /// Sections whose lines are copied or compared, and stay as they are.
    private static let exactSections = ["ARGUMENTS", "TO ALLOW THIS VERY CALL"]

    /// For a terminal that the person scrolls: content and arguments stay as they are.
    package static func fitted(_ text: String, columns: Int) -> String {
        var isExact = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.flatMap { line -> [String] in
            if let first = line.first, first != " " { isExact = exactSections.contains { line.hasPrefix($0) } }
            let isKept = line.hasPrefix("  | ") || (isExact && line.hasPrefix(" "))
            return isKept ? [line] : pieces(line, columns: columns)
        }.joined(separator: "\n")
    }

    /// The line in pieces of at most so many columns.
    static func pieces(_ line: String, columns: Int) -> [String] {
        let indent = self.indent(of: line)
        let isUsable = width(indent) + 8 <= columns
        var pieces: [String] = []
        var piece: [Character] = []
        var used = 0
        // Of the piece, what belongs to the indent: no break is sought there.
        let isContent = line.hasPrefix("  | ")
        var fixed = line.first == " " ? line.prefix { $0 == " " }.count : indent.count == valueColumn ? valueColumn : 0
        for character in line.replacing("\t", with: "    ") {
            let needed = width(String(character))
            if used + needed > columns, !piece.isEmpty {
                var rest: [Character] = []
                let space = isContent || character == " " ? nil : piece.lastIndex(of: " ")
                if let space, space >= fixed, piece[fixed...space].contains(where: { $0 != " " }) {
                    rest = Array(piece[(space + 1)...])
                    piece.removeSubrange(space...)
                }
                pieces.append(String(piece))
                piece = (isUsable ? Array(indent) : []) + rest
                fixed = isUsable ? indent.count : 0
                used = width(String(piece))
                if character == " ", !isContent { continue }
            }
            piece.append(character)
            used += needed
        }
        return pieces + [String(piece)]
    }

    private static func indent(of line: String) -> String {
        if line.hasPrefix("  | ") { return continuation }
        let start = Array(line.prefix(valueColumn + 1))
        if start.count > valueColumn, start[valueColumn - 1] == " ", start[valueColumn] != " ", start[0] != " ",
            start[..<valueColumn].contains(" ")
        {
            return String(repeating: " ", count: valueColumn)
        }
        let spaces = line.prefix { $0 == " " }.count
        return String(repeating: " ", count: spaces + 2)
    }

    /// At least as many columns as a terminal takes: what is counted too wide is broken early.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) }
    }
}
