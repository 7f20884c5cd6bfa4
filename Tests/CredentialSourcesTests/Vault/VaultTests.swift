import Credentials
import Foundation
import JWTKit
import LinuxIO
import Manifests
import StrictJSON
import TestSupport
import Testing

@testable import Registry

/// The OpenBao of the tests, whose database engine makes users in `PostgresCluster`.
final class BaoServer: Sendable {
    static let shared = Result { try BaoServer() }
    private let component: Component

    private init() throws {
        component = try Component("bao.sh", [Component.installed(), PostgresCluster.shared.get().port])
    }

    var secrets: [String: String] { ["auth": "root-token-of-the-tests", "trust": component.file("vault-ca.pem")] }
    var roleID: String { component.words[1] }
    var secretID: String { component.words[2] }
    var jwtKey: String { component.file("jwt-key.pem") }

    func options(_ auth: JSON = ["token": ["file": "/etc/agentbox/token"]]) -> JSON {
        [
            "address": "https://localhost:\(component.words[0])", "auth": auth,
            "trust": ["file": "/etc/agentbox/roots.pem"],
        ]
    }

    /// A request with a token; the status and the answer.
    func ask(_ method: String, _ path: String, _ token: String, _ body: String = "") -> (status: String, body: String) {
        let result = Command.run([
            "curl", "-s", "--cacert", component.folder + "/vault-ca.pem", "-X", method, "-H", "X-Vault-Token: \(token)",
            "-d", body, "-w", "\n%{http_code}", "https://localhost:\(component.words[0])/v1/\(path)",
        ])
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
    }
}

@Suite("What Vault or OpenBao gives for a lease ends with it")
struct VaultTests {
    private let bao: BaoServer
    private let cluster: PostgresCluster
    private let fixture: SourceFixture

    init() throws {
        cluster = try PostgresCluster.shared.get()
        bao = try BaoServer.shared.get()
        fixture = try SourceFixture()
    }

    /// The three ways to log in.
    enum Login: String, CaseIterable {
        case token, appRole, jwt
    }

    private func source(_ login: Login) async throws -> RemoteSource {
        var secrets = bao.secrets
        switch login {
        case .token: return try fixture.source(.vault, bao.options(), secrets: secrets)
        case .appRole:
            secrets["auth"] = bao.secretID
            let auth: JSON = [
                "approle": ["role": .string(bao.roleID), "secret": ["environment": "SECRET_ID"]]
            ]
            return try fixture.source(.vault, bao.options(auth), secrets: secrets)
        case .jwt:
            let keys = JWTKeyCollection()
            await keys.add(ecdsa: try ES256PrivateKey(pem: bao.jwtKey))
            secrets["auth"] = try await keys.sign(Claims())
            let auth: JSON = ["jwt": ["role": "agentbox", "token": ["environment": "TOKEN"]]]
            return try fixture.source(.vault, bao.options(auth), secrets: secrets)
        }
    }

    private struct Claims: JWTPayload {
        var sub = "agentbox"
        var aud = "vault"
        var exp = Int(Date().timeIntervalSince1970) + 60
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    @Test("a database's user works, and is gone", arguments: Login.allCases)
    func database(login: Login) async throws {
        let source = try await source(login)
        let request = SourceFixture.request(["database": ["role": "readonly"]])
        #expect(try source.plan(request).revocability == .revoke)
        let minted = try await source.mint(request)
        let user = try #require(minted.fields["username"]?.text)
        let password = try #require(minted.fields["password"]?.text)
        #expect(cluster.run("SELECT count(*) FROM orders", as: user, password).output == "2\n")
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        #expect(!"\(minted.handle.details)".contains(password))

        try await source.revoke(minted.handle, with: minted)
        #expect(cluster.run("SELECT 1", as: user, password).status != 0)
        let probe = await source.probe(minted.handle, with: minted)
        #expect(probe.isRefused, "\(probe)")
        try await source.revoke(minted.handle, with: nil)
        await fixture.process.close()
    }

    @Test("after a crash a user is found by its token, and is gone", arguments: [Login.appRole])
    func crash(login: Login) async throws {
        let source = try await source(login)
        let request = SourceFixture.request(["database": ["role": "readonly"]])
        let minted = try await source.mint(request)
        let user = try #require(minted.fields["username"]?.text)
        let password = try #require(minted.fields["password"]?.text)
        await fixture.process.close()
        // Nobody has heard the answer.
        let handle = LeaseHandle(lease: request.lease, scope: request.scope)
        #expect(await source.probe(handle, with: nil).isAccepted)
        try await source.revoke(handle, with: nil)
        let probe = await source.probe(handle, with: nil)
        #expect(probe.isUnknown, "\(probe)")
        // What was made with a token ends after it, in the server's own time.
        for _ in 0..<100 where cluster.run("SELECT 1", as: user, password).status == 0 {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(cluster.run("SELECT 1", as: user, password).status != 0)
        await fixture.process.close()
    }

    @Test("a token has the policies that were asked for and no others, and dies", arguments: [Login.token, .appRole])
    func token(login: Login) async throws {
        let source = try await source(login)
        let request = SourceFixture.request(["token": ["policies": ["read-app"]]])
        let minted = try await source.mint(request)
        let token = try #require(minted.fields["token"]?.text)
        #expect(bao.ask("GET", "secret/data/app", token).status == "200")
        #expect(bao.ask("GET", "database/creds/readonly", token).status == "403")
        #expect(bao.ask("POST", "auth/token/create", token).status == "403")
        // It may not look itself up, so that its refusal says nothing.
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        try await source.revoke(minted.handle, with: minted)
        #expect(bao.ask("GET", "secret/data/app", token).status == "403")
        #expect(await source.probe(minted.handle, with: minted).isRefused)
        await fixture.process.close()
    }

    @Test("a token for one use is used up by it")
    func singleUse() async throws {
        let source = try await source(.token)
        let request = SourceFixture.request(["token": ["policies": ["read-app"], "uses": 1]])
        #expect(try source.plan(request).revocability == .singleUse)
        let minted = try await source.mint(request)
        let token = try #require(minted.fields["token"]?.text)
        #expect(bao.ask("GET", "secret/data/app", token).status == "200")
        #expect(bao.ask("GET", "secret/data/app", token).status == "403")
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: minted).isRefused)
        await fixture.process.close()
    }

    @Test("a certificate is issued, and revoked", arguments: [Login.token, .appRole])
    func certificate(login: Login) async throws {
        let source = try await source(login)
        let request = SourceFixture.request([
            "pki": ["role": "client", "commonName": "call.example", "uris": ["spiffe://example.org/call/1"]]
        ])
        let minted = try await source.mint(request)
        let folder = try TemporaryFolder()
        for (name, secret) in minted.fields { try folder.write(name + ".pem", secret.text) }
        let shown = Command.run(
            ["openssl", "x509", "-noout", "-text", "-in", folder("certificate.pem")])
        #expect(shown.output.contains("CN = call.example"), "\(shown)")
        #expect(shown.output.contains("URI:spiffe://example.org/call/1"))
        let verified = Command.run(
            ["openssl", "verify", "-CAfile", folder("chain.pem"), folder("certificate.pem")])
        #expect(verified.status == 0, "\(verified)")
        #expect(minted.fields["key"]?.text.contains("PRIVATE KEY") == true)
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: minted).isRefused)
        #expect(await source.probe(LeaseHandle(lease: request.lease, scope: request.scope), with: nil).isUnknown)
        await fixture.process.close()
    }

    @Test("a stored secret is what it is, and says so")
    func stored() async throws {
        let source = try await source(.appRole)
        let request = SourceFixture.request(["kv": ["path": "app", "fields": ["token"]]])
        let plan = try source.plan(request)
        #expect(plan.revocability == Revocability.none && plan.lifetime == nil)
        let minted = try await source.mint(request)
        #expect(minted.fields["token"]?.text == "a-stored-secret-of-the-tests" && minted.expires == nil)
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        for fields in [["number"], ["nothing"]] as [JSON] {
            let error = await #expect(throws: CredentialError.self) {
                try await source.mint(SourceFixture.request(["kv": ["path": "app", "fields": fields]]))
            }
            #expect(error?.reason == .malformed)
        }
        await fixture.process.close()
    }

    @Test("a wrapped secret is unwrapped once, and not after the end")
    func wrapped() async throws {
        let source = try await source(.appRole)
        let request = SourceFixture.request(["kv": ["path": "app", "wrapped": true]])
        for ends in [false, true] {
            let minted = try await source.mint(request)
            let token = try #require(minted.fields["token"]?.text)
            #expect(await source.probe(minted.handle, with: minted).isAccepted)
            if ends { try await source.revoke(minted.handle, with: minted) }
            let first = bao.ask("POST", "sys/wrapping/unwrap", token)
            #expect((first.status == "200") == !ends, "\(first)")
            #expect(first.body.contains("a-stored-secret") == !ends)
            #expect(bao.ask("POST", "sys/wrapping/unwrap", token).status == "400")
            #expect(await source.probe(minted.handle, with: minted).isUnknown)
            try await source.revoke(minted.handle, with: minted)
        }
        await fixture.process.close()
    }

    @Test("what the server refuses is told with the path, and leaves no token")
    func refused() async throws {
        let source = try await source(.appRole)
        let request = SourceFixture.request(["database": ["role": "nothing"]])
        let error = await #expect(throws: CredentialError.self) { try await source.mint(request) }
        #expect(error?.reason == .refused && error?.message.contains("database/creds/nothing") == true)
        #expect(error?.remedy?.contains("policy") == true)
        let left = LeaseHandle(lease: request.lease, scope: ["token": ["policies": ["read-app"]]])
        #expect(await source.probe(left, with: nil).isRefused)

        let wrong = try fixture.source(
            .vault, bao.options(), secrets: bao.secrets.merging(["auth": "a-wrong-token"]) { _, new in new })
        let denied = await #expect(throws: CredentialError.self) {
            try await wrong.mint(SourceFixture.request(["token": ["policies": ["read-app"]]]))
        }
        #expect(denied?.reason == .refused && denied?.description.contains("a-wrong-token") == false)
        // A refusal for want of permission is no proof that anything is dead.
        let handle = LeaseHandle(
            lease: SourceFixture.lease(), details: ["accessor": "x"], scope: ["token": ["policies": ["read-app"]]])
        #expect(await wrong.probe(handle, with: nil).isUnknown)
        await fixture.process.close()
    }

    @Test(
        "a scope names one thing, by paths that no URL reads otherwise",
        arguments: [
            [:], ["kv": ["path": "../sys/raw", "fields": ["a"]]], ["kv": ["path": "a//b", "fields": ["a"]]],
            ["kv": ["path": "a%2f..%2fb", "fields": ["a"]]], ["kv": ["path": "a"]], ["database": ["role": "a?b=c"]],
            ["kv": ["path": "a", "fields": ["b"], "wrapped": true]],
            ["database": ["role": "a"], "token": ["policies": ["root"]]],
        ] as [JSON])
    func scopes(scope: JSON) async throws {
        let source = try await source(.token)
        let error = #expect(throws: CredentialError.self) { try source.plan(SourceFixture.request(scope)) }
        #expect(error?.reason == .unsupported)
    }
}
