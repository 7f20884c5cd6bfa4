import MCP
import StrictJSON

/// Fields of a request that repeat what its body says (2026-07-28, *Request Metadata*). Whoever stands between client
/// and server decides by them; so they have to be true.
enum MirroredHeaders {
    /// What of `params` the field `Mcp-Name` repeats.
    private static let names = ["tools/call": "name", "resources/read": "uri", "prompts/get": "name"]

    static let versionField = "mcp-protocol-version"

    /// - Throws: `EdgeRefusal` if a field is missing, or says something else than the body.
    static func check(_ head: RequestHead, _ request: RPCRequest) throws(EdgeRefusal) {
        let stated = request.params?["_meta"]?[ModernVersion.key]?.stringValue
        guard let version = try head.single(versionField) else { throw .mismatch("no `MCP-Protocol-Version`") }
        guard version == stated else {
            throw .mismatch("`MCP-Protocol-Version` is not what `_meta` says")
        }
        guard let method = try head.single("mcp-method") else { throw .mismatch("no `Mcp-Method`") }
        guard method == request.method else { throw .mismatch("`Mcp-Method` is not the body's method") }
        let key = names[request.method]
        let named = key.flatMap { request.params?[$0]?.stringValue }
        guard let field = try head.single("mcp-name") else {
            guard named == nil else { throw .mismatch("no `Mcp-Name`") }
            return
        }
        guard key != nil else { return }
        guard let name = decoded(field) else { throw .mismatch("`Mcp-Name` is not well-formed") }
        guard name == named else { throw .mismatch("`Mcp-Name` is not what the body names") }
    }

    /// The value, of `=?base64?…?=` what it stands for; nil if that is not well-formed, or if it holds what no field
    /// may.
    static func decoded(_ value: String) -> String? {
        guard value.utf8.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) }) else { return nil }
        let (prefix, suffix) = ("=?base64?", "?=")
        guard value.hasPrefix(prefix), value.hasSuffix(suffix),
            value.utf8.count >= prefix.utf8.count + suffix.utf8.count
        else { return value }
        return Base64.decode(value.dropFirst(prefix.count).dropLast(suffix.count))
            .flatMap { String(validating: $0, as: UTF8.self) }
    }
}

/// Which era a request is of.
enum ModernVersion {
    static let key = "io.modelcontextprotocol/protocolVersion"

    /// True if the request stands for itself: its field or its body says so.
    static func isMeant(_ head: RequestHead, _ request: RPCRequest) -> Bool {
        let fields = head.values(MirroredHeaders.versionField)
        if fields.contains(where: { ProtocolVersion(rawValue: $0)?.era == .modern }) { return true }
        guard let stated = request.params?["_meta"]?[key]?.stringValue else { return false }
        // A legacy client may repeat what was agreed.
        return ProtocolVersion(rawValue: stated)?.era != .legacy
    }
}

/// RFC 4648, section 4, strictly.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func decode(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits.dropLast(padding) {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // Bits beyond the last byte are zero, or two texts would stand for the same.
        guard padding * 2 == count, bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
        return bytes
    }
}
