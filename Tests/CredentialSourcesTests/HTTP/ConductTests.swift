import Credentials
import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Registry

@Suite("Servers that hang, lie or answer anything: bounded, refused, and told without a secret")
struct ConductTests {
    private let services: Services
    private let fixture: SourceFixture
    private static let token = "token/of+the tests"

    init() throws {
        services = try Services.shared.get()
        fixture = try SourceFixture()
    }

    private func vault(
        _ address: String, trust: Bool = true, timeout: Duration = .seconds(10)
    ) throws -> RemoteSource {
        var options: JSONObject = ["address": .string(address), "auth": ["token": Services.reference]]
        if trust { options["trust"] = Services.trust }
        var secrets = ["auth": Self.token]
        if trust { secrets["trust"] = services.roots }
        return try fixture.source(.vault, .object(options), secrets: secrets, timeout: timeout)
    }

    private func failure(of source: RemoteSource) async throws -> (CredentialError, Duration) {
        let begin = ContinuousClock.now
        let error = await #expect(throws: CredentialError.self) {
            try await source.mint(SourceFixture.request(["token": ["policies": ["a"]]]))
        }
        let found = try #require(error)
        for form in [Self.token, "token%2Fof%2Bthe%20tests", "dG9rZW4vb2YrdGhlIHRlc3Rz"] {
            #expect(!found.description.contains(form))
        }
        return (found, ContinuousClock.now - begin)
    }

    @Test(
        "what it answers",
        arguments: [
            ("garbage", CredentialError.Code.unreachable, "answered something else than HTTP"),
            ("no-json", .malformed, "no JSON object"), ("odd-json", .malformed, "no JSON object"),
            ("endless", .malformed, "more than 1048576 bytes"), ("elsewhere", .malformed, "redirect"),
            ("echo", .refused, "(secret)"), ("nothing", .refused, "status 404"),
        ])
    func answers(conduct: String, code: CredentialError.Code, words: String) async throws {
        let (error, _) = try await failure(of: vault(services.base + "/" + conduct))
        if conduct == "echo" {
            // The token went in a header, which this one repeats as well.
            #expect(error.reason == code)
        } else {
            #expect(error.reason == code && error.message.contains(words), "\(error)")
        }
        // A redirect is not followed, whatever is there.
        #expect(services.requests.last?["path"] != "/oauth/token")
        await fixture.process.close()
    }

    @Test("how long it takes", arguments: ["hang", "drip"])
    func hangs(conduct: String) async throws {
        let (error, time) = try await failure(of: vault(services.base + "/" + conduct, timeout: .seconds(1)))
        #expect(error.reason == .unreachable && time < .seconds(5), "\(error) after \(time)")
        await fixture.process.close()
    }

    @Test("who it is")
    func identity() async throws {
        let (untrusted, _) = try await failure(of: vault(services.base + "/vault", trust: false))
        #expect(
            untrusted.reason == .unreachable && untrusted.message.contains("no root that is trusted"), "\(untrusted)")
        let address = services.base.replacing("localhost", with: "127.0.0.1")
        let (misnamed, _) = try await failure(of: vault(address + "/vault"))
        #expect(misnamed.reason == .unreachable && misnamed.message.contains("another name"), "\(misnamed)")
        let (closed, _) = try await failure(of: vault("https://localhost:1/vault"))
        #expect(closed.reason == .unreachable && closed.message.contains("cannot be connected to"), "\(closed)")
        let (nowhere, _) = try await failure(of: vault("https://nowhere.invalid/vault"))
        #expect(nowhere.reason == .unreachable, "\(nowhere)")
        await fixture.process.close()
    }

    @Test("a call that is cancelled waits no longer, and its process serves on")
    func cancelled() async throws {
        let slow = try vault(services.base + "/hang", timeout: .seconds(20))
        let begin = ContinuousClock.now
        let minting = Task { try await slow.mint(SourceFixture.request(["token": ["policies": ["a"]]])) }
        while !services.requests.contains(where: { $0["path"]?.stringValue?.hasPrefix("/hang") == true }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        minting.cancel()
        #expect(await minting.result.isFailure)
        #expect(ContinuousClock.now - begin < .seconds(10))
        let (error, _) = try await failure(of: vault(services.base + "/no-json"))
        #expect(error.reason == .malformed)
        await fixture.process.close()
    }

    @Test("plain HTTP is for this machine only")
    func plain() throws {
        for address in [
            "http://vault.example", "http://10.0.0.1", "https://user@vault.example", "https://vault.example/?a=b",
            "ftp://vault.example", "vault.example", "https://vault.example/a b", "http://localhost.evil.example",
        ] { #expect(throws: (any Error).self, "\(address)") { try vault(address) } }
        _ = try vault("http://127.0.0.1:8200")
        _ = try vault("http://[::1]:8200/")
    }

    @Test("several are asked at once")
    func concurrent() async throws {
        let slow = try vault(services.base + "/hang", timeout: .seconds(3))
        let begin = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask { _ = try? await slow.mint(SourceFixture.request(["token": ["policies": ["a"]]])) }
            }
        }
        #expect(ContinuousClock.now - begin < .seconds(8))
        await fixture.process.close()
    }

    @Test("what asks is in a box: no root, no privileges, a filter; roots of certificates, and no users, homes or keys")
    func confined() async throws {
        _ = try await failure(of: vault(services.base + "/no-json"))
        let found = Command.run(["pgrep", "-n", "-f", "^agentbox-credentials"]).output.split(separator: "\n")
        let process = try #require(found.first)
        let status = File.text(of: "/proc/\(process)/status") ?? ""
        for line in ["CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"] { #expect(status.contains(line)) }
        #expect(!status.contains("Uid:\t0\t"))
        if geteuid() == 0 {
            func has(_ name: String) -> Bool { File.exists("/proc/\(process)/root\(name)") }
            #expect(has("/etc/ssl/certs/ca-certificates.crt") && has("/etc/resolv.conf") && has("/usr/lib"))
            for name in ["/etc/shadow", "/etc/ssl/private", "/home", "/root", "/var", "/opt", "/srv", "/work"] {
                #expect(!has(name), "\(name)")
            }
        }
        await fixture.process.close()
    }
}
