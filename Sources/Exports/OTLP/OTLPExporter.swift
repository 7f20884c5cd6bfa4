import Ledger
import LinuxIO
import StrictJSON

/// OpenTelemetry's traces as its file exporter writes them: `TracesData` as JSON, a line for so many spans.
///
/// A run is a trace: its root is the span `invoke_agent`, and each call a span `execute_tool` beneath it, with the
/// attributes of the semantic conventions for GenAI and MCP (both in development when this was written) and our own under
/// `agentbox.`. What was asked of a person and answered are events of the call's span. An entry that belongs to no run is a
/// span of its own.
///
/// Spans have to be whole: those of calls that have no end yet are held back, and nothing else is.
struct OTLPExporter: EntryExporter {
    let identifiers: OTLPIdentifiers
    var pending: [JSON] = []
    var runs: [String: OTLPSpan] = [:]
    var calls: [CallName: OTLPSpan] = [:]
    var latest = Timestamp(millisecondsSince1970: 0)

    struct CallName: Hashable {
        let run: String
        let call: String
    }

    /// Spans of a line.
    private static let batch = 256
    /// Calls without an end that are held; runs that were killed leave some for ever.
    private static let mostOpen = 16_384

    init(origin: String) { identifiers = OTLPIdentifiers(origin: origin) }

    mutating func add(_ entry: ExportedEntry, _ output: inout [UInt8]) {
        if let time = entry.time { latest = max(latest, time) }
        take(entry)
        if calls.count > Self.mostOpen { for name in Array(calls.keys) { giveUp(name) } }
        if runs.count > Self.mostOpen { for name in Array(runs.keys) { finishRun(name, isComplete: false) } }
        if pending.count >= Self.batch { flush(&output) }
    }

    mutating func finish(_ output: inout [UInt8]) {
        for name in calls.keys.sorted(by: { ($0.run, $0.call) < ($1.run, $1.call) }) { giveUp(name) }
        for name in runs.keys.sorted() { finishRun(name, isComplete: false) }
        flush(&output)
    }

    /// The call has no end on record.
    mutating func giveUp(_ name: CallName) {
        guard var span = calls.removeValue(forKey: name) else { return }
        span.set("agentbox.unfinished", true)
        pending.append(span.json)
    }

    mutating func finishRun(_ name: String, isComplete: Bool) {
        guard var span = runs.removeValue(forKey: name) else { return }
        if !isComplete {
            span.end = latest
            span.set("agentbox.unfinished", true)
        }
        pending.append(span.json)
    }

    private mutating func flush(_ output: inout [UInt8]) {
        guard !pending.isEmpty else { return }
        let resource: JSON = [
            "attributes": [
                OTLPSpan.pair("service.name", ["stringValue": .string(Exports.product)]),
                OTLPSpan.pair("service.version", ["stringValue": .string(Exports.version)]),
                OTLPSpan.pair("agentbox.ledger.origin", ["stringValue": .string(identifiers.origin)]),
            ]
        ]
        let scope: JSON = ["name": .string(Exports.product), "version": .string(Exports.version)]
        let data: JSON = [
            "resourceSpans": [
                ["resource": resource, "scopeSpans": [["scope": scope, "spans": .array(pending)]]]
            ]
        ]
        pending.removeAll(keepingCapacity: true)
        output += data.encoded()
        output.append(UInt8(ascii: "\n"))
    }
}
