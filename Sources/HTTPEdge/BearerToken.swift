import Crypto

/// What a client outside of the boxes has to show (RFC 6750, section 2.1).
package enum BearerToken {
    /// All that the edge knows of the token: it is enough to recognise it.
    package struct Digest: Sendable {
        private let digest: SHA256Digest

        package init(of token: String) { digest = SHA256.hash(data: Array(token.utf8)) }

        /// Of what `hexadecimal` writes.
        package init?(hexadecimal: String) {
            let digits = Array(hexadecimal.utf8)
            guard digits.count == 2 * SHA256.byteCount else { return nil }
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
            }
            guard bytes.count == SHA256.byteCount else { return nil }
            digest = bytes.withUnsafeBytes { $0.loadUnaligned(as: SHA256Digest.self) }
        }

        package var hexadecimal: String {
            digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }

        /// True if it is the token's own. Of a wrong one the time tells nothing: what is compared are digests.
        package func matches(_ token: String) -> Bool { SHA256.hash(data: Array(token.utf8)) == digest }
    }

    /// The token of `Authorization: Bearer TOKEN`; nil for anything else.
    static func of(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = String(parts[1])
        return token.contains(" ") ? nil : token
    }
}
