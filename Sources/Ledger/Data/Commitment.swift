import Crypto
import StrictJSON

/// Stands in an entry for a value that can be erased: the SHA-256 of a random salt of 32 bytes and the value's canonical
/// form. With salt and value anybody can check it; once both are gone, it confirms not even a guess of the value.
struct Commitment {
    /// `sha256:…`
    let digest: String
    private let salt: [UInt8]
    private let bytes: Int

    static let saltSize = 32

    init(to canonical: [UInt8]) {
        var generator = SystemRandomNumberGenerator()
        var salt: [UInt8] = []
        salt.reserveCapacity(Self.saltSize)
        for _ in 0..<Self.saltSize / 8 {
            withUnsafeBytes(of: UInt64.random(in: .min ... .max, using: &generator)) { salt += $0 }
        }
        self.salt = salt
        digest = Self.digest(salt, canonical)
        bytes = canonical.count
    }

    /// As it stands in the entry.
    var json: JSON { ["commitment": .string(digest), "bytes": .integer(Int64(bytes))] }

    /// As the erasable store holds it.
    func record(of value: JSON) -> JSON { ["salt": .string(Base64.encode(salt)), "value": value] }

    /// The value of a record, if it is what was committed to.
    static func open(_ record: JSON, of digest: String) -> JSON? {
        guard let salt = record["salt"]?.stringValue.flatMap({ Base64.decode($0) }), salt.count == saltSize,
            let value = record["value"], let canonical = try? value.canonical(),
            Self.digest(salt, canonical) == digest
        else { return nil }
        return value
    }

    /// The digest of what is a commitment in an entry; nil for any other value.
    static func digest(of value: JSON) -> String? {
        guard let object = value.objectValue, object.count == 2, object["bytes"]?.integerValue != nil,
            let digest = object["commitment"]?.stringValue, digest.hasPrefix("sha256:")
        else { return nil }
        return digest
    }

    private static func digest(_ salt: [UInt8], _ canonical: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: canonical)
        let digits = Array("0123456789abcdef".utf8)
        let letters = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "sha256:" + String(decoding: letters, as: UTF8.self)
    }
}
