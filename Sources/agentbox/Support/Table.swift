/// Rows in aligned columns, two spaces apart. Widths are counted in characters; the last column is not padded.
struct Table {
    private var rows: [[String]] = []

    mutating func add(_ cells: String...) { rows.append(cells) }

    /// The lines, none longer than `width`: a last cell that is too long is continued below itself, or from the left
    /// if there is no room beside the others. Cells may be styled as in `lines`.
    func lines(
        within width: Int, style: (_ text: String, _ row: Int, _ column: Int) -> String = { text, _, _ in text }
    ) -> [String] {
        rows(within: width, style: style).flatMap(\.self)
    }

    /// The same, a list of lines for each row.
    func rows(
        within width: Int, style: (_ text: String, _ row: Int, _ column: Int) -> String = { text, _, _ in text }
    ) -> [[String]] {
        let last = (rows.map(\.count).max() ?? 0) - 1
        let offset = rows.reduce(into: [Int](repeating: 0, count: max(0, last))) { widths, cells in
            for column in widths.indices where column < cells.count {
                widths[column] = max(widths[column], cells[column].count)
            }
        }.reduce(0) { $0 + $1 + 2 }
        let isBeside = width - offset >= Self.leastBeside
        let indent = isBeside ? offset : Self.leftIndent
        var head = self
        var rest: [[String]] = []
        for row in rows.indices {
            guard rows[row].count == last + 1, last > 0 else {
                rest.append([])
                continue
            }
            let pieces = TextWrap.lines(rows[row][last], within: width - indent)
            let isFirstBeside = isBeside || pieces.count == 1 && offset + rows[row][last].count <= width
            head.rows[row][last] = isFirstBeside ? pieces.first ?? "" : ""
            rest.append(Array(pieces.dropFirst(isFirstBeside ? 1 : 0)))
        }
        return zip(head.lines(style: style).enumerated(), rest).map { line, more in
            [line.element] + more.map { String(repeating: " ", count: indent) + style($0, line.offset, last) }
        }
    }

    /// Fewer columns than this beside the other cells make a tower of short words.
    private static let leastBeside = 24
    private static let leftIndent = 6

    /// The lines. Cells may be styled by `style` after they were padded, so that colours don't move columns.
    func lines(style: (_ text: String, _ row: Int, _ column: Int) -> String = { text, _, _ in text }) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.enumerated().map { index, cells in
            cells.enumerated().map { column, text in
                let padding = column == cells.count - 1 ? 0 : widths[column] - text.count
                return style(text + String(repeating: " ", count: padding), index, column)
            }.joined(separator: "  ")
        }
    }
}
