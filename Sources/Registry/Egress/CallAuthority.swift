import Crypto
import Egress
import Hosts
import SwiftASN1
import X509

import struct Foundation.Date

/// The authority that one call trusts for its inspected destinations, and nobody else for anything. Its key is in this
/// process's memory only, and is gone when the leaves are made; what it may certify is constrained to the call's hosts,
/// so that a box which trusts it trusts nobody for any other.
struct CallAuthority {
    /// Of the root, for the box's trust store.
    let pem: String
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName
    private let validity: ClosedRange<Date>
    private let keyIdentifier: ArraySlice<UInt8>

    /// - Parameters:
    ///   - hosts: All that it will certify.
    ///   - lifetime: The longest that the call may last.
    init(for hosts: [Host], lifetime: Duration) throws {
        let now = Date()
        // Clocks of the box are this host's: the hour before is for who compares with a time that it remembers.
        validity = now.addingTimeInterval(-3600)...now.addingTimeInterval(Double(lifetime.components.seconds) + 3600)
        name = try DistinguishedName {
            OrganizationName("agentbox")
            CommonName("agentbox, for one call")
        }
        keyIdentifier = Self.identifier(of: key.publicKey)
        let (name, validity, identifier) = (name, validity, keyIdentifier)
        let root = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: validity.lowerBound,
            notValidAfter: validity.upperBound, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                Critical(Self.constraints(hosts))
                SubjectKeyIdentifier(keyIdentifier: identifier)
            }, issuerPrivateKey: .init(key))
        pem = try root.serializeAsPEM().pemString + "\n"
    }

    /// A certificate for one of the hosts, and its key.
    func identity(for host: Host) throws -> TLSIdentity {
        let leafKey = P256.Signing.PrivateKey()
        let (identifier, authority) = (Self.identifier(of: leafKey.publicKey), keyIdentifier)
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(leafKey.publicKey),
            notValidBefore: validity.lowerBound, notValidAfter: validity.upperBound, issuer: name,
            subject: try DistinguishedName { OrganizationName("agentbox") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([Self.alternativeName(host)])
                SubjectKeyIdentifier(keyIdentifier: identifier)
                AuthorityKeyIdentifier(keyIdentifier: authority)
            }, issuerPrivateKey: .init(key))
        var serializer = DER.Serializer()
        try serializer.serialize(leaf)
        return TLSIdentity(chain: [serializer.serializedBytes], key: SecretBytes(leafKey.derRepresentation))
    }

    private static func identifier(of key: P256.Signing.PublicKey) -> ArraySlice<UInt8> {
        ArraySlice(Insecure.SHA1.hash(data: key.x963Representation))
    }

    private static func alternativeName(_ host: Host) -> GeneralName {
        switch host {
        case .name(let name): .dnsName(name)
        case .address(let address): .ipAddress(ASN1OctetString(contentBytes: ArraySlice(address.networkOrder)))
        }
    }

    /// RFC 5280, 4.2.1.10. What it says nothing about is allowed: where no address is certified, all are excluded.
    private static func constraints(_ hosts: [Host]) -> NameConstraints {
        var names: [String] = []
        var ranges: [ASN1OctetString] = []
        for host in hosts {
            switch host {
            case .name(let name): names.append(name)
            case .address(let address):
                let bytes = address.networkOrder
                ranges.append(
                    ASN1OctetString(contentBytes: bytes[...] + [UInt8](repeating: 0xFF, count: bytes.count)))
            }
        }
        let everything = [8, 32].map { ASN1OctetString(contentBytes: [UInt8](repeating: 0, count: $0)[...]) }
        return NameConstraints(
            permittedDNSDomains: names, excludedDNSDomains: names.isEmpty ? [""] : [],
            permittedIPRanges: ranges, excludedIPRanges: ranges.isEmpty ? everything : [])
    }
}

extension IPAddress {
    fileprivate var networkOrder: [UInt8] {
        stride(from: width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> UInt128($0)) }
    }
}
