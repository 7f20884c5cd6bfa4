import Crypto

/// Identifiers of traces and spans, computed from what they are of: the same ledger gives the same ones at every export,
/// so that what is exported twice is known as one.
struct OTLPIdentifiers {
    /// The log's random name.
    let origin: String

    /// 16 bytes in hexadecimal, for all of a run.
    func trace(_ run: String) -> String { hexadecimal(["trace", origin, run], 16) }

    /// 8 bytes in hexadecimal: of a call, or of the run itself.
    func span(_ run: String, call: String? = nil) -> String {
        hexadecimal(call.map { ["call", origin, run, $0] } ?? ["run", origin, run], 8)
    }

    /// Lengths stand before the parts: no two lists of them are one text.
    private func hexadecimal(_ parts: [String], _ count: Int) -> String {
        var hash = SHA256()
        for part in parts { hash.update(data: Array("\(part.utf8.count):\(part)".utf8)) }
        let bytes = Array(hash.finalize().prefix(count))
        // All zeros are no identifier (W3C Trace Context, sections 3.2.2.3 and 3.2.2.4).
        let valid = bytes.contains { $0 != 0 } ? bytes : Array(repeating: 1, count: count)
        return valid.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
