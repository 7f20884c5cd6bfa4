import Crypto
import Foundation
import LinuxIO
import StrictJSON
import SwiftASN1
import X509

/// The authority that issues this host's certificates: its key and its own certificate are files of
/// `$AGENTBOX_HOME/keys`, made when they are first needed. It does not print.
package struct X509Authority: Sendable, CustomStringConvertible, CustomReflectable {
    private let keyFile: KeyFile
    private let certificateFile: KeyFile
    private let trustDomain: String

    /// What it issued for one call: PEM.
    struct Issued: Sendable {
        let certificate: String
        let key: String
        let chain: String
        let serial: String
    }

    /// - Parameter folder: `$AGENTBOX_HOME/keys`.
    package init(_ name: String, trustDomain: String, in folder: String) {
        keyFile = KeyFile("x509-\(name).pem", in: folder)
        certificateFile = KeyFile("x509-\(name)-\(trustDomain).crt", in: folder)
        self.trustDomain = trustDomain
    }

    package var description: String { "the authority of `\(trustDomain)`" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Its own certificate, for those who are to trust it: PEM. It is made if there is none yet.
    package func certificate() async throws(CredentialError) -> String { try await open().pem }

    /// What verifies its certificates: a JSON Web Key with the authority's own certificate (RFC 7517, 4.7; SPIFFE trust
    /// domain and bundle, 4.2). The key is made if there is none yet.
    package func publicJWK() async throws(CredentialError) -> JSON {
        let opened = try await open()
        let point = opened.key.publicKey.rawRepresentation
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(opened.certificate)
        } catch {
            throw CredentialError(.malformed, "the authority's certificate cannot be written: \(error)")
        }
        return [
            "kty": "EC", "crv": "P-256", "use": "x509-svid", "x": .string(point.prefix(32).base64URL),
            "y": .string(point.suffix(32).base64URL),
            "x5c": [.string(Data(serializer.serializedBytes).base64EncodedString())],
        ]
    }

    private struct Opened: Sendable {
        let key: P256.Signing.PrivateKey
        let certificate: Certificate
        let pem: String
    }

    func issue(_ identifier: String, from start: Date, to end: Date) async throws(CredentialError) -> Issued {
        let authority = try await open()
        let key = P256.Signing.PrivateKey()
        let serial = Certificate.SerialNumber()
        do {
            let leaf = try Certificate(
                version: .v3, serialNumber: serial, publicKey: .init(key.publicKey), notValidBefore: start,
                notValidAfter: end, issuer: authority.certificate.subject,
                subject: try DistinguishedName { OrganizationName("agentbox") },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.clientAuth, .serverAuth])
                    SubjectAlternativeNames([.uniformResourceIdentifier(identifier)])
                    AuthorityKeyIdentifier(keyIdentifier: Self.identifier(of: authority.key.publicKey))
                    SubjectKeyIdentifier(keyIdentifier: Self.identifier(of: key.publicKey))
                }, issuerPrivateKey: .init(authority.key))
            return Issued(
                certificate: try leaf.serializeAsPEM().pemString + "\n", key: key.pemRepresentation + "\n",
                chain: authority.pem, serial: serial.description)
        } catch {
            throw CredentialError(.malformed, "the certificate cannot be issued: \(error)")
        }
    }

    private func open() async throws(CredentialError) -> Opened {
        let (keyFile, certificateFile, trustDomain) = (keyFile, certificateFile, trustDomain)
        return try await BlockingPool.shared.run { () throws(CredentialError) in
            let keyText = try keyFile.text { P256.Signing.PrivateKey().pemRepresentation + "\n" }
            do {
                let key = try P256.Signing.PrivateKey(pemRepresentation: keyText)
                let pem = try certificateFile.text { () throws(CredentialError) in
                    do {
                        return try Self.root(key, trustDomain).serializeAsPEM().pemString + "\n"
                    } catch {
                        throw CredentialError(.malformed, "the authority's certificate cannot be made: \(error)")
                    }
                }
                let certificate = try Certificate(pemEncoded: pem)
                guard certificate.publicKey == .init(key.publicKey) else {
                    throw CredentialError(
                        .unconfigured, "`\(certificateFile.path)` is not of the key `\(keyFile.path)`",
                        remedy: "remove the certificate to have one made")
                }
                return Opened(key: key, certificate: certificate, pem: pem)
            } catch let error as CredentialError {
                throw error
            } catch {
                throw CredentialError(
                    .unconfigured, "`\(keyFile.path)` or `\(certificateFile.path)` cannot be read: \(error)",
                    remedy: "restore them from a backup, or remove both to have others made")
            }
        }
    }

    /// X509-SVID, 4.2: a signing certificate has a SPIFFE ID without a path.
    private static func root(_ key: P256.Signing.PrivateKey, _ trustDomain: String) throws -> Certificate {
        let name = try DistinguishedName {
            OrganizationName("agentbox")
            CommonName("agentbox authority of \(trustDomain.prefix(32))")
        }
        let now = Date()
        return try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-3600), notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectAlternativeNames([.uniformResourceIdentifier("spiffe://\(trustDomain)")])
                SubjectKeyIdentifier(keyIdentifier: identifier(of: key.publicKey))
            }, issuerPrivateKey: .init(key))
    }

    private static func identifier(of key: P256.Signing.PublicKey) -> ArraySlice<UInt8> {
        ArraySlice(Insecure.SHA1.hash(data: key.x963Representation))
    }
}
