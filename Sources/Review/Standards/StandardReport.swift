import StrictJSON

/// Which control answers which item of a standard, with what this ledger shows of it.
package struct StandardReport: Sendable {
    package let standard: Standard
    package let counts: EvidenceCounts

    package init(_ standard: Standard, _ counts: EvidenceCounts) {
        self.standard = standard
        self.counts = counts
    }

    /// What the ledger has of an item, in its order; nothing at all is said as 0.
    package func evidence(of item: StandardItem) -> [(evidence: Evidence, count: Int)] {
        item.evidence.map { ($0, counts[$0]) }
    }

    package var json: JSON {
        var object: JSONObject = [
            "standard": .string(standard.rawValue), "title": .string(standard.title),
            "entries": .integer(Int64(counts.entries)),
            "items": .array(standard.items.map(json)),
        ]
        object["first"] = counts.first.map { .string($0.description) }
        object["last"] = counts.last.map { .string($0.description) }
        return .object(object)
    }

    private func json(_ item: StandardItem) -> JSON {
        var object: JSONObject = [
            "id": .string(item.identifier), "name": .string(item.name), "coverage": .string(item.coverage.rawValue),
            "controls": .array(item.controls.map(JSON.string)),
        ]
        object["gap"] = item.gap.map(JSON.string)
        object["evidence"] = .object(
            evidence(of: item).reduce(into: JSONObject()) { $0[$1.evidence.words] = .integer(Int64($1.count)) })
        return .object(object)
    }

    /// A table for a document, in Markdown.
    package var markdown: String {
        var lines = [
            "# \(standard.title)", "", summary, "", "| item | coverage | controls | evidence |", "|---|---|---|---|",
        ]
        for item in standard.items {
            let gap = item.gap.map { ["*Not covered:* \($0)"] } ?? []
            let cells = [
                "\(item.identifier) \(item.name)", item.coverage.rawValue,
                (item.controls + gap).joined(separator: "<br>"),
                evidence(of: item).map { "\($0.evidence.words): \($0.count)" }.joined(separator: "<br>"),
            ]
            lines.append("| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How many items, and what they were read against.
    package var summary: String {
        func count(_ coverage: StandardItem.Coverage) -> Int { standard.items.count { $0.coverage == coverage } }
        let span = counts.first.flatMap { first in counts.last.map { ", \(first.day) to \($0.day)" } } ?? ""
        return
            "\(count(.covered)) covered, \(count(.partly)) partly covered, \(count(.notCovered)) not covered; evidence "
            + "from \(counts.entries) entries of the ledger\(span)."
    }
}
