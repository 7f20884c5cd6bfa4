/// # Exports
///
/// The ledger's entries in the forms that other systems read: JSON Lines, CSV, OCSF events and OpenTelemetry traces. An
/// export is a copy and proves nothing: what can be verified is the ledger, and each form carries the entry's index to
/// find it there.
///
///     var reader = try LedgerReader(directory: home.ledger)
///     let export = LedgerExport(.csv, selection)
///     let report = try export.run(&reader) { bytes in try file.writeAll(bytes) }
package enum Exports {
    /// What the forms name as their producer.
    static let product = "agentbox"
    /// Its version.
    static let version = "0.1.0"
}

/// A form that the ledger is exported in.
package enum EntryFormat: String, CaseIterable, Sendable {
    /// Every entry as it is recorded, a line each (jsonlines.org).
    case jsonLines = "jsonl"
    /// Events of the Open Cybersecurity Schema Framework, class API Activity (6003), a line each.
    case ocsf
    /// Traces of OpenTelemetry as its file exporter writes them: a run is a trace, a call a span.
    case otlpJSON = "otlp-json"
    /// A table of the entries (RFC 4180).
    case csv

    /// True if it says what a call could touch.
    var showsGrants: Bool { self == .ocsf || self == .csv }

    func exporter(_ origin: String) -> any EntryExporter {
        switch self {
        case .jsonLines: JSONLinesExporter()
        case .ocsf: OCSFExporter(origin: origin)
        case .otlpJSON: OTLPExporter(origin: origin)
        case .csv: CSVExporter()
        }
    }
}
