import Ledger

/// One export, from the ledger's first entry to its last or to where it is damaged.
package struct LedgerExport: Sendable {
    package let format: EntryFormat
    package let selection: ExportSelection

    /// Bytes that are gathered before they are written.
    private static let piece = 128 << 10

    package init(_ format: EntryFormat, _ selection: ExportSelection = ExportSelection()) {
        self.format = format
        self.selection = selection
    }

    /// What was exported.
    package struct Report: Sendable {
        /// Entries that were selected and written.
        package var exported = 0
        /// Entries that were read, selected or not.
        package var read = 0
        /// The first and the last entry that were written; nil if none was.
        package var first: LedgerIndex?
        package var last: LedgerIndex?
        /// Where the ledger is damaged, and how: nothing after that was read. Nil if it is sound to its end.
        package var damage: LedgerError?
    }

    /// An entry as it is in the log; of what it commits to only the grants are shown, as long as nobody had them erased.
    private static func entry(_ record: LedgerRecord, withGrants: Bool) throws(LedgerError) -> ExportedEntry {
        var json = try record.leaf()
        if withGrants, json["grants"]?["commitment"] != nil, var object = json.objectValue {
            object["grants"] = try record.json()["grants"]
            json = .object(object)
        }
        return ExportedEntry(index: record.index, payload: record.payload, json: json)
    }

    /// Writes the entries that `reader` has, in memory that does not grow with them.
    ///
    /// - Parameter write: Takes the next piece of the export.
    /// - Returns: Also of a damaged ledger: whoever calls has to look at `damage`, and say so.
    /// - Throws: What `write` throws.
    package func run(_ reader: inout LedgerReader, write: ([UInt8]) throws -> Void) throws -> Report {
        var report = Report()
        var exporter = format.exporter(reader.origin.description)
        var output: [UInt8] = []
        exporter.begin(&output)
        while true {
            let entry: ExportedEntry
            do throws(LedgerError) {
                guard let record = try reader.next() else { break }
                entry = try Self.entry(record, withGrants: format.showsGrants)
            } catch {
                report.damage = error
                break
            }
            report.read += 1
            guard selection.includes(entry) else { continue }
            exporter.add(entry, &output)
            report.exported += 1
            report.first = report.first ?? entry.index
            report.last = entry.index
            if output.count >= Self.piece {
                try write(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        exporter.finish(&output)
        if !output.isEmpty { try write(output) }
        return report
    }
}
