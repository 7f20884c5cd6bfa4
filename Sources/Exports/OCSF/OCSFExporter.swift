import StrictJSON

/// Events of the Open Cybersecurity Schema Framework 1.6.0, a line each: class API Activity (6003) of the category
/// Application Activity (6), with the profile `security_control`.
///
/// A call of a tool is an API call whose caller is the agent, on behalf of the principal: its decision is one event and
/// its end another, with the same `metadata.correlation_uid`. What OCSF has no attribute for stands in `unmapped`.
struct OCSFExporter: EntryExporter {
    let origin: String

    mutating func add(_ entry: ExportedEntry, _ output: inout [UInt8]) {
        for event in OCSFEvent.events(of: entry, origin: origin) {
            output += event.encoded()
            output.append(UInt8(ascii: "\n"))
        }
    }
}
