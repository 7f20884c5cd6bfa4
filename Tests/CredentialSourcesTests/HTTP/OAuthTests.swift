import Credentials
import StrictJSON
import Testing

@testable import Registry

@Suite("A token is exchanged for a narrower one (RFC 8693), which dies")
struct OAuthTests {
    private let services: Services
    private let fixture: SourceFixture

    init() throws {
        services = try Services.shared.get()
        fixture = try SourceFixture()
    }

    /// How the client proves who it is.
    enum Proof: String, CaseIterable {
        case basic = "client_secret_basic"
        case post = "client_secret_post"
        case key = "private_key_jwt"
    }

    private func source(
        _ proof: Proof = .basic, issuer: String = "/oauth", subject: String = "subject-token-of-the-tests",
        _ edit: (inout JSONObject) -> Void = { _ in }
    ) throws -> RemoteSource {
        var options: JSONObject = [
            "issuer": .string(services.base + issuer), "subject": ["token": Services.reference],
            "probe": .string(services.base + "/oauth/api"), "trust": Services.trust,
            "client": [
                "id": "agentbox", "method": .string(proof.rawValue),
                proof == .key ? "key" : "secret": Services.reference,
            ],
        ]
        edit(&options)
        return try fixture.source(
            .oauth, .object(options),
            secrets: [
                "subject": subject, "trust": services.roots,
                "client": proof == .key ? services.component.file("client.pem") : "client+secret of the tests",
            ])
    }

    private static func request(_ words: [JSON] = ["orders.read"]) -> CredentialRequest {
        SourceFixture.request(["scope": .array(words), "audience": ["orders"]])
    }

    @Test("made, used and ended", arguments: Proof.allCases)
    func whole(proof: Proof) async throws {
        let source = try source(proof)
        let detail: JSON = ["type": "orders", "actions": ["read"], "locations": ["https://api.example.com"]]
        let request = SourceFixture.request([
            "resource": ["https://api.example.com/a"], "audience": ["orders"], "scope": ["a", "b"],
            "authorization_details": [detail],
        ])
        #expect(try source.plan(request).revocability == .revoke)
        let minted = try await source.mint(request)
        let form = services.requests.last { $0["path"] == "/oauth/token" }?["body"]?.stringValue ?? ""
        for part in [
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
            "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
            "resource=https%3A%2F%2Fapi.example.com%2Fa", "audience=orders", "scope=a%20b",
            "authorization_details=%5B%7B%22type%22%3A%22orders%22",
        ] { #expect(form.contains(part), "\(form)") }
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        try await source.revoke(minted.handle, with: minted)
        let probe = await source.probe(minted.handle, with: minted)
        #expect(probe.isRefused, "\(probe)")
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: nil).isUnknown)
        await #expect(throws: CredentialError(.lost, "")) { try await source.revoke(minted.handle, with: nil) }
        await fixture.process.close()
    }

    @Test(
        "a token that is more than was asked for is ended and refused",
        arguments: ["wider", "longer", "forever", "dpop"])
    func wider(word: String) async throws {
        let error = await #expect(throws: CredentialError.self) {
            try await source().mint(Self.request([.string(word)]))
        }
        #expect(error?.reason == .malformed && error?.leavesNothing == true)
        let last = services.requests.last
        #expect(last?["path"] == "/oauth/revoke" && last?["body"]?.stringValue?.hasPrefix("token=at-") == true)
        await fixture.process.close()
    }

    @Test("refusals are told without what was sent; another issuer's metadata is not used")
    func refusals() async throws {
        let wrong = await #expect(throws: CredentialError.self) {
            try await source(subject: "not+the subject").mint(Self.request())
        }
        #expect(
            wrong?.reason == .refused && wrong?.message.hasSuffix("the exchange: invalid_grant") == true, "\(wrong!)")
        let liar = await #expect(throws: CredentialError.self) {
            try await source(issuer: "/liar").mint(Self.request())
        }
        #expect(liar?.reason == .malformed && liar?.message.contains("another issuer") == true)
        await fixture.process.close()
    }

    @Test("a server that takes no tokens back makes them R1")
    func expiring() async throws {
        let source = try source { $0["revocable"] = false }
        #expect(try source.plan(Self.request()).revocability == .expiry)
        let minted = try await source.mint(Self.request())
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        await fixture.process.close()
    }
}
