/// OpenSSH's key revocation list (its PROTOCOL.krl), as `ssh-keygen -k` writes it. A section that is not known may
/// revoke somebody: the list is refused.
enum KRL {
    private static let magic: [UInt8] = Array("SSHKRL\n\0".utf8)
    private static let version: UInt32 = 1

    static func isOne(_ content: [UInt8]) -> Bool { content.starts(with: magic) }

    static func read(_ content: [UInt8]) throws(ApprovalRefusal) -> RevocationList {
        var reader = SSHReader(content, "revocation list")
        _ = try reader.take(magic.count, "name")
        guard try reader.uint32("version") == version else {
            throw ApprovalRefusal(.unsupported, "the revocation list is of another version than \(version)")
        }
        _ = try reader.uint64("number")
        _ = try reader.uint64("date")
        guard try reader.uint64("flags") == 0 else {
            throw ApprovalRefusal(.unsupported, "the revocation list has flags that are not known")
        }
        _ = try reader.string("reserved field", limit: 256)
        _ = try reader.string("comment", limit: 4 << 10)
        var list = RevocationList()
        while !reader.isAtEnd {
            let section = try reader.byte("section's type")
            let data = try reader.string("section")
            switch section {
            case 1: list.certificates.append(try certificates(data))
            case 2: list.keys.formUnion(try items(data, "key"))
            case 3: list.sha1.formUnion(try items(data, "fingerprint", count: 20))
            case 5: list.sha256.formUnion(try items(data, "fingerprint", count: 32))
            case 4:
                throw ApprovalRefusal(
                    .unsupported, "the revocation list is signed, which OpenSSH does not read either",
                    remedy: "remove the signature, and sign the file with `ssh-keygen -Y sign`")
            default:
                throw ApprovalRefusal(.unsupported, "the revocation list has a section of the unknown type \(section)")
            }
        }
        return list
    }

    private static func items(
        _ data: ArraySlice<UInt8>, _ what: String, count: Int? = nil
    ) throws(ApprovalRefusal) -> Set<[UInt8]> {
        var reader = SSHReader(data, "revocation list's section")
        var items: Set<[UInt8]> = []
        repeat {
            let item = Array(try reader.string(what))
            guard !item.isEmpty, count.map({ $0 == item.count }) ?? true else {
                throw reader.malformed("has a \(what) of \(item.count) bytes")
            }
            items.insert(item)
        } while !reader.isAtEnd
        return items
    }

    private static func certificates(_ data: ArraySlice<UInt8>) throws(ApprovalRefusal) -> RevokedCertificates {
        var reader = SSHReader(data, "revocation list's section of certificates")
        let authority = Array(try reader.string("authority"))
        _ = try reader.string("reserved field", limit: 256)
        var revoked = RevokedCertificates(authority: authority.isEmpty ? nil : authority)
        while !reader.isAtEnd {
            let type = try reader.byte("section's type")
            var section = SSHReader(try reader.string("section"), "revocation list's section of certificates")
            switch type {
            case 0x20:
                repeat {
                    let serial = try section.uint64("serial number")
                    revoked.serials.append(serial...serial)
                } while !section.isAtEnd
            case 0x21:
                let first = try section.uint64("first serial number")
                let last = try section.uint64("last serial number")
                guard first <= last else { throw section.malformed("has a range that ends before it begins") }
                revoked.serials.append(first...last)
            case 0x22:
                let offset = try section.uint64("offset")
                revoked.bitmaps.append(
                    RevokedCertificates.Bitmap(
                        offset: offset, bits: try section.positiveInteger("bitmap", limit: 1 << 20)))
            case 0x23:
                repeat { revoked.keyIDs.insert(Array(try section.string("key identifier"))) } while !section.isAtEnd
            default:
                throw ApprovalRefusal(
                    .unsupported, "the revocation list has a section of certificates of the unknown type \(type)")
            }
            try section.end()
        }
        return revoked
    }
}
