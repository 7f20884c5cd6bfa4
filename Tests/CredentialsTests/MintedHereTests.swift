import Credentials
import Crypto
import Foundation
import Glibc
import LinuxIO
import Manifests
import StrictJSON
import TestSupport
import Testing

import struct TestSupport.Command

@Suite("Tokens and certificates for one call are minted here, and others can verify them")
struct MintedHereTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(_ options: String) throws -> any CredentialSource {
        let text = "apiVersion: agentbox.dev/v1\nkind: CredentialSource\nname: it\n\(options)"
        let configuration = try SourceConfiguration.load(Array(text.utf8), file: "it.yaml")
        return try #require(LocalSources(keys: folder("keys")).source(configuration))
    }

    private func text(_ minted: MintedCredential, _ field: String) throws -> String {
        try #require(minted.fields[field]).withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private static func decoded(_ part: Substring) throws -> [UInt8] {
        var text = String(part.replacing("-", with: "+").replacing("_", with: "/"))
        while text.count % 4 != 0 { text += "=" }
        return Array(try #require(Data(base64Encoded: text)))
    }

    private let jwt =
        "type: jwt\noptions: {issuer: \"https://agentbox.example.com\", audiences: [\"https://api.example.com\", b]}"

    @Test func `a token says which call it is for, of whom, for whom, and who approved it`() async throws {
        let source = try source(jwt)
        let minted = try await source.mint(
            .fixture(scope: ["audience": "https://api.example.com", "scope": "repo:read"], lifetime: .seconds(300)))
        let token = try text(minted, "token")
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        let header = try JSON(parsing: try Self.decoded(parts[0]))
        let claims = try JSON(parsing: try Self.decoded(parts[1]))
        let jwk = try await JWTKey("default", in: folder("keys")).publicJWK()
        #expect(header["typ"] == "txntoken+jwt" && header["alg"] == "EdDSA" && header["kid"] == jwk["kid"], "\(header)")
        #expect(claims["iss"] == "https://agentbox.example.com" && claims["aud"] == "https://api.example.com")
        #expect(claims["sub"] == "alice@example.com" && claims["act"] == ["sub": "claude-code"])
        #expect(claims["scope"] == "repo:read" && claims["jti"] == "abcdefghijklmnopqrstuvwxyz")
        #expect(claims["txn"] == "2026-11-30-0d1f3a4b5c6d/c7")
        #expect(
            claims["tctx"] == [
                "run": "2026-11-30-0d1f3a4b5c6d", "call": "c7", "task": "fix-issue-42", "tool": "api.get",
                "call_digest": "sha256:11", "approval": "k3f9x2mq", "approvers": ["bob@example.com"],
            ], "\(claims)")
        let (issued, expires) = (try #require(claims["iat"]?.integerValue), try #require(claims["exp"]?.integerValue))
        #expect(expires - issued == 60, "however long it was asked for")
        #expect(minted.expires?.millisecondsSince1970 == expires * 1000)

        // By what a resource server has: the published key, and another implementation of Ed25519.
        let x = try Self.decoded(try #require(jwk["x"]?.stringValue)[...])
        let signed = try folder.write("signed", Array((parts[0] + "." + parts[1]).utf8))
        let signature = try folder.write("signature", try Self.decoded(parts[2]))
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410, 4).
        let key = try folder.write(
            "key.der", [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + x)
        func verify(_ file: String) -> Command.Result {
            Command.run([
                "/usr/bin/openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", key, "-in",
                file, "-sigfile", signature,
            ])
        }
        #expect(verify(signed).status == 0, "\(verify(signed))")
        let other = try folder.write("other", Array((parts[0] + "." + parts[0]).utf8))
        #expect(verify(other).status != 0, "the control: not of anything else")
    }

    @Test func `a token is for no audience that the source does not list`() throws {
        let source = try source(jwt)
        let scopes: [JSON] = [
            .object([:]), ["audience": "c"], ["audience": 1], ["audience": "b", "other": "x"],
            ["audience": "b", "scope": ["x"]],
        ]
        for scope in scopes {
            #expect(throws: CredentialError(.unsupported, ""), "\(scope)") { try source.plan(.fixture(scope: scope)) }
        }
        let plan = try source.plan(.fixture(scope: ["audience": "b"], lifetime: .seconds(30)))
        #expect(plan.revocability == .expiry && plan.lifetime == .seconds(30) && plan.fields == ["token"])
    }

    @Test func `a key is made once, for its owner alone, and read by nobody's leave`() async throws {
        let key = JWTKey("default", in: folder("keys"))
        let first = try await key.publicJWK()
        #expect(try await key.publicJWK() == first)
        #expect("\(key)".contains("the key") && !String(reflecting: key).contains("PRIVATE"))
        let file = folder("keys/jwt-default.pem")
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        chmod(file, 0o640)
        await #expect(throws: CredentialError(.unconfigured, "")) { _ = try await key.publicJWK() }
        chmod(file, 0o600)
        try folder.write("keys/jwt-default.pem", "nonsense", mode: 0o600)
        await #expect(throws: CredentialError(.unconfigured, "")) { _ = try await key.publicJWK() }
        // Many at once make one.
        let other = JWTKey("other", in: folder("keys"))
        let all = try await withThrowingTaskGroup(of: JSON.self) { group in
            for _ in 0..<16 { group.addTask { try await other.publicJWK() } }
            return try await group.reduce(into: Set<JSON>()) { $0.insert($1) }
        }
        #expect(all.count == 1)
    }

    @Test func `a certificate has the call's SPIFFE ID, for a minute`() async throws {
        let source = try source("type: x509\noptions: {trustDomain: example.org}")
        let minted = try await source.mint(.fixture(lifetime: .seconds(300)))
        let certificate = try folder.write("certificate.pem", try text(minted, "certificate"))
        let chain = try folder.write("chain.pem", try text(minted, "chain"))
        let key = try folder.write("key.pem", try text(minted, "key"))
        let verified = Command.run(["/usr/bin/openssl", "verify", "-x509_strict", "-CAfile", chain, certificate])
        #expect(verified.status == 0, "\(verified)")
        let shown = Command.run(["/usr/bin/openssl", "x509", "-in", certificate, "-noout", "-text"]).output
        #expect(shown.contains("URI:spiffe://example.org/agentbox/run/2026-11-30-0d1f3a4b5c6d/call/c7"), "\(shown)")
        #expect(shown.contains("TLS Web Client Authentication") && shown.contains("CA:FALSE"))
        let later = Int(Timestamp.now().millisecondsSince1970 / 1000) + 62
        let expired = Command.run([
            "/usr/bin/openssl", "verify", "-attime", "\(later)", "-CAfile", chain, certificate,
        ])
        #expect(expired.status != 0, "it lives for longer than a minute")
        // The key is the certificate's, and no two calls share one.
        let script = """
            test "$(openssl x509 -in '\(certificate)' -noout -pubkey)" = "$(openssl pkey -in '\(key)' -pubout)"
            """
        #expect(Command.run(["/bin/sh", "-c", script]).status == 0)
        let other = try await source.mint(.fixture())
        #expect(try text(other, "key") != text(minted, "key"))
        #expect(try text(other, "chain") == text(minted, "chain"), "the authority stays")
        let bundle = try text(minted, "bundle")
        #expect(bundle.contains("BEGIN CERTIFICATE") && bundle.contains("PRIVATE KEY"))
        #expect(throws: CredentialError(.unsupported, "")) { try source.plan(.fixture(scope: ["a": "b"])) }
    }
}
