import Credentials
import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Registry

@Suite("A token of a GitHub App is as narrow as it was asked for, and dies")
struct GitHubAppTests {
    private let services: Services
    private let fixture: SourceFixture
    private let source: RemoteSource

    init() throws {
        services = try Services.shared.get()
        fixture = try SourceFixture()
        source = try fixture.source(
            .githubApp,
            [
                "api": .string(services.base + "/github"), "app": "Iv1.tests", "installation": 42,
                "key": Services.reference, "trust": Services.trust,
            ], secrets: ["key": services.component.file("app.pem"), "trust": services.roots])
    }

    private func request(_ repositories: JSON = ["docs"]) -> CredentialRequest {
        SourceFixture.request(["repositories": repositories, "permissions": ["contents": "read"]])
    }

    @Test("made, used and ended")
    func whole() async throws {
        let request = SourceFixture.request(["repository": "example/docs", "permissions": ["contents": "read"]])
        let plan = try source.plan(request)
        #expect(plan.revocability == .revoke && plan.lifetime == .seconds(3600))
        let minted = try await source.mint(request)
        let asked = services.requests.last { $0["path"]?.stringValue?.hasSuffix("access_tokens") == true }
        #expect(
            asked?["body"]?.stringValue.flatMap { try? JSON(parsing: $0) }
                == ["repositories": ["docs"], "permissions": ["contents": "read"]])
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: minted).isRefused)
        try await source.revoke(minted.handle, with: minted)
        // Only who has a token can end it.
        await #expect(throws: CredentialError(.lost, "")) { try await source.revoke(minted.handle, with: nil) }
        #expect(await source.probe(minted.handle, with: nil).isUnknown)
        await fixture.process.close()
    }

    @Test("a token that is more than was asked for is ended and refused", arguments: ["wider", "all", "longer"])
    func wider(repository: String) async throws {
        let error = await #expect(throws: CredentialError.self) {
            try await source.mint(request([.string(repository)]))
        }
        #expect(error?.reason == .malformed && error?.leavesNothing == true)
        #expect(services.requests.last?["method"] == "DELETE")
        await fixture.process.close()
    }

    @Test("refusals are told; a revocation that fails is an error that holds no token")
    func refusals() async throws {
        let missing = await #expect(throws: CredentialError.self) { try await source.mint(request(["missing"])) }
        #expect(missing?.reason == .refused && missing?.message.contains("does not exist") == true)
        let minted = try await source.mint(request())
        let keep = services.component.folder + "/keep"
        _ = Command.run(["touch", keep])
        let failed = await #expect(throws: CredentialError.self) {
            try await source.revoke(minted.handle, with: minted)
        }
        unlink(keep)
        let token = try #require(minted.fields["token"]?.text)
        #expect(failed?.reason == .unreachable && failed?.message.contains("no, (secret)") == true)
        #expect(failed?.description.contains(token) == false)
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        let other = try fixture.source(
            .githubApp,
            [
                "api": .string(services.base + "/github"), "app": "Iv1.tests", "installation": 42,
                "key": Services.reference, "trust": Services.trust,
            ], secrets: ["key": services.component.file("client.pem"), "trust": services.roots])
        let denied = await #expect(throws: CredentialError.self) { try await other.mint(request()) }
        #expect(denied?.reason == .refused)
        await fixture.process.close()
    }
}
