/// `{"entry":…,"index":17}` a line: the entry byte for byte as it stands in the log, so that its leaf in the tree can be
/// computed from the line.
struct JSONLinesExporter: EntryExporter {
    mutating func add(_ entry: ExportedEntry, _ output: inout [UInt8]) {
        output += Array(#"{"entry":"#.utf8)
        output += entry.payload
        output += Array(#","index":\#(entry.index)}"#.utf8)
        output.append(UInt8(ascii: "\n"))
    }
}
