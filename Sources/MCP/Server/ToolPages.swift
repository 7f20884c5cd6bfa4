import StrictJSON

/// Cuts the list of tools into pages.
///
/// A cursor says where a page starts and in which list, so that it holds on every connection and a list that has
/// changed in between is noticed: its cursors are invalid (2026-07-28, *Pagination*).
struct ToolPages {
    private let tools: [MCPTool]
    private let size: Int
    private let bytes: Int

    init(_ tools: [MCPTool], size: Int, bytes: Int) {
        self.tools = tools
        self.size = max(1, size)
        self.bytes = bytes
    }

    func page(at cursor: String?) throws(MCPError) -> ListToolsResult {
        let start = try cursor.map { (cursor) throws(MCPError) in try position(cursor) } ?? 0
        var end = start
        var used = 0
        while end < tools.count, end - start < size {
            used += tools[end].wire.encoded().count
            // A page has one tool at least, however large, or nobody would get past it.
            if end > start && used > bytes { break }
            end += 1
        }
        return ListToolsResult(
            tools: Array(tools[start..<end]), nextCursor: end < tools.count ? "\(end)-\(fingerprint)" : nil)
    }

    private func position(_ cursor: String) throws(MCPError) -> Int {
        let parts = cursor.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard
            parts.count == 2, let start = Int(parts[0]), String(start) == parts[0], (1..<max(1, tools.count)) ~= start,
            parts[1] == fingerprint
        else { throw MCPError.invalidParameters("invalid cursor `\(cursor.shortened)`; list from the start") }
        return start
    }

    /// FNV-1a over the names: it tells lists apart and protects nothing.
    private var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for tool in tools {
            for byte in tool.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
