import Crypto
import StrictJSON

/// The SHA-256 of what an approval is about, or of the text that was shown: `sha256:` and 64 hexadecimal digits.
package struct SubjectDigest: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// Nil if the text is not what `description` writes.
    package init?(_ text: String) {
        let prefix = "sha256:"
        guard text.utf8.starts(with: prefix.utf8), let bytes = Hex.bytes(text.utf8.dropFirst(prefix.utf8.count)),
            bytes.count == 32
        else { return nil }
        self.bytes = bytes
    }

    init(_ digest: SHA256.Digest) { bytes = Array(digest) }

    /// The digest of some bytes.
    package static func of(_ bytes: some Collection<UInt8>) -> SubjectDigest {
        SubjectDigest(SHA256.hash(data: Array(bytes)))
    }

    /// The digest of a value's canonical form (RFC 8785).
    package static func of(_ json: JSON) throws(JSONError) -> SubjectDigest { .of(try json.canonical()) }

    package var description: String { "sha256:" + Hex.text(bytes) }
}

/// Lower-case hexadecimal digits.
enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Nil for anything but pairs of lower-case digits.
    static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        let values = digits.compactMap { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard values.count == digits.count else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
