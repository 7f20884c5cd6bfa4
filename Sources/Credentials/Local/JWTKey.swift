import Crypto
import CryptoExtras
import Foundation
import JWTKit
import LinuxIO
import StrictJSON

/// The Ed25519 key that signs this host's tokens, in a file of `$AGENTBOX_HOME/keys`. It does not print.
package struct JWTKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let file: KeyFile
    private let name: String

    /// - Parameter folder: `$AGENTBOX_HOME/keys`.
    package init(_ name: String, in folder: String) {
        file = KeyFile("jwt-\(name).pem", in: folder)
        self.name = name
    }

    package var description: String { "the key `\(name)` of tokens" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    func sign(_ claims: TransactionClaims) async throws -> String {
        let key = try await privateKey()
        let keys = JWTKeyCollection()
        await keys.add(eddsa: EdDSA.PrivateKey(backing: key))
        return try await keys.sign(
            claims, header: ["typ": "txntoken+jwt", "kid": .string(Self.identifier(of: key.publicKey))])
    }

    /// What verifies its tokens: a JSON Web Key (RFC 7517, RFC 8037). The key is made if there is none yet.
    package func publicJWK() async throws(CredentialError) -> JSON {
        let key = try await privateKey().publicKey
        return [
            "kty": "OKP", "crv": "Ed25519", "x": .string(key.rawRepresentation.base64URL), "use": "sig",
            "alg": "EdDSA", "kid": .string(Self.identifier(of: key)),
        ]
    }

    private func privateKey() async throws(CredentialError) -> Curve25519.Signing.PrivateKey {
        let file = file
        return try await BlockingPool.shared.run { () throws(CredentialError) in
            let text = try file.text { Curve25519.Signing.PrivateKey().pemRepresentation + "\n" }
            do {
                return try Curve25519.Signing.PrivateKey(pemRepresentation: text)
            } catch {
                throw CredentialError(
                    .unconfigured, "`\(file.path)` is no Ed25519 key in PEM",
                    remedy: "restore it from a backup, or remove it to have another made")
            }
        }
    }

    /// RFC 7638: the key's thumbprint.
    private static func identifier(of key: Curve25519.Signing.PublicKey) -> String {
        let canonical = #"{"crv":"Ed25519","kty":"OKP","x":"\#(key.rawRepresentation.base64URL)"}"#
        return Data(SHA256.hash(data: Data(canonical.utf8))).base64URL
    }
}

extension Data {
    /// RFC 4648, 5, without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
