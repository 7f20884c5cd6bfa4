import Diagnostics

extension VisibleText {
    /// `a`, `b` and `c`; of a long list the first ones and how many more there are.
    package static func list(_ items: [String], conjunction: String, limit: Int = 12) -> String {
        let shown = items.prefix(limit).map { quoted($0) }
        let rest = items.count - shown.count
        if rest > 0 { return shown.joined(separator: ", ") + " and \(rest) more" }
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}
