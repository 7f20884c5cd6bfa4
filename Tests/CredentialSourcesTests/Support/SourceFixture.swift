import Credentials
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Registry

/// `agentbox-credentials` as a run starts it: in its box, asked over its socket.
struct SourceFixture {
    let process: CredentialProcess

    init() throws {
        let launcher = Launcher(
            LaunchPermit(), initPath: try HelperProcess.built("agentbox-init"), filters: try FilterCache(folder: nil),
            hidden: [])
        process = CredentialProcess(launcher: launcher, program: try HelperProcess.built("agentbox-credentials")) {
            guard let name = ProfileName(CredentialProcess.profile) else { throw TestSupportError("no name") }
            return try ProfileCatalog.load(directories: [InstalledAgentbox.checkout + "/Sandboxes"]).resolve(name)
        }
    }

    /// A source with these options, as its manifest would have them.
    func source(
        _ type: SourceType, _ options: JSON, secrets: [String: String], timeout: Duration = .seconds(20)
    ) throws -> RemoteSource {
        let secrets = secrets.mapValues { Secret($0) }
        let options = try #require(try RemoteSourceOptions(options, of: type))
        return RemoteSource(options, timeout: timeout, process: process) { secrets }
    }

    /// A lease's name: 26 letters and digits.
    static func lease() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String((0..<26).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    static func request(_ scope: JSON, lease: String = Self.lease(), lifetime: Duration = .seconds(60))
        -> CredentialRequest
    {
        CredentialRequest(
            lease: lease, scope: scope, lifetime: lifetime,
            call: CallBinding(
                run: "2026-11-24-0d1f3a4b5c6d", call: "c1", task: "report", tool: "orders.query",
                callDigest: "sha256:" + String(repeating: "0", count: 64), agent: "agent",
                principal: "alice@example.com"))
    }
}

extension Secret {
    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension ProbeResult {
    var isRefused: Bool { if case .refused = self { true } else { false } }
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
