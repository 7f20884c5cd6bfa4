/// Keys and certificates that no longer count: lists of public keys and OpenSSH's KRLs, several together.
package struct RevocationList: Hashable, Sendable {
    /// The blobs of keys: those of types that are not supported can be revoked too.
    var keys: Set<[UInt8]> = []
    var sha1: Set<[UInt8]> = []
    var sha256: Set<[UInt8]> = []
    var certificates: [RevokedCertificates] = []

    /// Nothing is revoked.
    package static let none = RevocationList()

    /// Largest file, in bytes.
    package static let largestFile = 16 << 20

    /// Reads a file's content: a KRL, as `ssh-keygen -k` makes it, or public keys, one a line.
    ///
    /// - Parameter file: What errors call the file.
    package init(parsing content: [UInt8], file: String) throws(ApprovalFileError) {
        self.init()
        guard KRL.isOne(content) else {
            for line in try SignerLine.lines(of: content, file: file, limit: Self.largestFile) where !line.isComment {
                var line = line
                guard let type = try line.word() else { continue }
                keys.insert(try SSHKeyText.key(type, &line).blob)
            }
            return
        }
        guard content.count <= Self.largestFile else {
            throw ApprovalFileError(
                .tooLarge, file: file, "has \(content.count) bytes; the limit is \(Self.largestFile)")
        }
        do throws(ApprovalRefusal) {
            self = try KRL.read(content)
        } catch {
            throw ApprovalFileError(.invalidList, file: file, error.message, remedy: error.remedy)
        }
    }

    init() {}

    /// What either revokes.
    package func union(_ other: Self) -> Self {
        var both = self
        both.keys.formUnion(other.keys)
        both.sha1.formUnion(other.sha1)
        both.sha256.formUnion(other.sha256)
        both.certificates += other.certificates
        return both
    }
}

/// Certificates of one authority, or of any, that are revoked by their numbers or identifiers.
struct RevokedCertificates: Hashable, Sendable {
    /// The blob of the authority's key; nil for any.
    var authority: [UInt8]?
    var serials: [ClosedRange<UInt64>] = []
    var bitmaps: [Bitmap] = []
    var keyIDs: Set<[UInt8]> = []

    /// The serial number `offset + n` is revoked if bit n is set.
    struct Bitmap: Hashable, Sendable {
        var offset: UInt64
        /// Big-endian.
        var bits: [UInt8]

        func contains(_ serial: UInt64) -> Bool {
            guard serial >= offset, serial - offset < UInt64(bits.count) * 8 else { return false }
            let bit = Int(serial - offset)
            return bits[bits.count - 1 - bit / 8] & (1 << UInt8(bit % 8)) != 0
        }
    }

    func contains(_ certificate: SSHCertificate) -> Bool {
        if let authority, authority != certificate.authority.blob { return false }
        return keyIDs.contains(certificate.keyID) || serials.contains { $0.contains(certificate.serial) }
            || bitmaps.contains { $0.contains(certificate.serial) }
    }
}
