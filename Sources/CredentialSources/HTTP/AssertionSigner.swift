import Credentials
import Foundation
import JWTKit

/// JWTs by which agentbox proves who it is.
enum AssertionSigner {
    private struct Claims: JWTPayload {
        var iss: String
        var sub: String?
        var aud: String?
        var jti: String?
        var iat: Int
        var exp: Int

        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    /// An app's, for GitHub: ten minutes at most, and begun a minute ago, since clocks differ.
    static func github(app: String, key: String) async throws(CredentialError) -> String {
        let now = Int(Date().timeIntervalSince1970)
        return try await sign(Claims(iss: app, iat: now - 60, exp: now + 300), key: key)
    }

    /// A client's (RFC 7523, 3), for one request.
    static func client(_ identifier: String, audience: String, key: String) async throws(CredentialError) -> String {
        let now = Int(Date().timeIntervalSince1970)
        return try await sign(
            Claims(
                iss: identifier, sub: identifier, aud: audience, jti: RandomText.make(), iat: now - 5, exp: now + 55),
            key: key)
    }

    /// By RS256 or ES256, as the key is.
    private static func sign(_ claims: Claims, key: String) async throws(CredentialError) -> String {
        let keys = JWTKeyCollection()
        do {
            if let key = try? ES256PrivateKey(pem: key) {
                await keys.add(ecdsa: key)
            } else {
                await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: key), digestAlgorithm: .sha256)
            }
            return try await keys.sign(claims)
        } catch {
            throw CredentialError(
                .unconfigured, "the source's `key` is no private key of RSA or P-256 in PEM")
        }
    }
}
