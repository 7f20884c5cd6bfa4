/// Rows in aligned columns, two spaces apart. Widths are counted in characters; the last column is not padded.
struct Table {
    private var rows: [[String]] = []

    mutating func add(_ cells: String...) { rows.append(cells) }

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
