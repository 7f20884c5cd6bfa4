import StrictJSON
import ToolSupport

/// The rows of a result, as far as the call's limits go.
struct KeptRows {
    let mostRows: Int
    let mostBytes: Int
    private var rows: [JSON] = []
    private var bytes = 0
    private var shortened = 0
    /// Which limit was met.
    private var cut: String?

    init(mostRows: Int, mostBytes: Int) {
        self.mostRows = mostRows
        self.mostBytes = mostBytes
    }

    /// More rows would not be kept.
    var isCut: Bool { cut != nil }

    /// Keeps a row, if there is room for it.
    mutating func add(_ row: [String?], _ types: [TypeNames.Column]) {
        guard cut == nil else { return }
        guard rows.count < mostRows else {
            cut = "rows"
            return
        }
        var isShort = false
        // One long value is no reason to show none.
        let longest = max(256, mostBytes / 4)
        let values = zip(row, types).map { text, type -> JSON in
            guard let text else { return .null }
            guard text.utf8.count > longest else { return type.value(of: text) }
            isShort = true
            return .string(Text.lossy(Array(text.utf8)[...], limit: longest).text + "…")
        }
        let value = JSON.array(values)
        let size = value.encoded().count
        guard bytes + size <= mostBytes else {
            cut = "bytes"
            return
        }
        bytes += size
        if isShort { shortened += 1 }
        rows.append(value)
    }

    /// `rows`, `rowCount`, `complete`, and where something is missing `cut` and `shortened`.
    var json: JSONObject {
        var object: JSONObject = [
            "rows": .array(rows), "rowCount": .integer(Int64(rows.count)),
            "complete": .bool(cut == nil && shortened == 0),
        ]
        object["cut"] = cut.map(JSON.string)
        if shortened > 0 { object["shortened"] = .integer(Int64(shortened)) }
        return object
    }
}
