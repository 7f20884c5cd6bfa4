import Glibc
import Manifests
import TestSupport
import Testing

@testable import Sandbox

@Suite("The host says which layers it enforces")
struct HostCapabilitiesTests {
    @Test func `this host, on which the other tests pass, is found usable`() async throws {
        let host = await HostCapabilities.probe(initPath: try LaunchFixture.initPath())
        for name in ["namespaces", "landlock 1: files", "seccomp", "write layers (overlay)"] {
            let layer = try #require(host.layers.first { $0.name == name })
            #expect(layer.state == .enforced, "\(layer.name): \(layer.detail)")
        }
        #expect(host.layers.contains { $0.name == "idmapped mounts" } == (geteuid() == 0))
        #expect(host.isUsable && host.isRoot == (geteuid() == 0) && !host.kernel.isEmpty)
    }

    @Test func `without init nothing is enforced, and it says why`() async throws {
        let host = await HostCapabilities.probe(initPath: "/nowhere/agentbox-init")
        let layer = try #require(host.layers.first { $0.name == "namespaces" })
        #expect(layer.state == .missing && layer.detail.contains("ENOENT"))
        #expect(!host.isUsable)
    }

    @Test(arguments: UInt32(0)...7)
    func `of each ABI landlock says what it refuses and what it does not`(_ abi: UInt32) {
        let layers = LandlockProbe.layers(abi)
        #expect(layers.count == 7)
        #expect(layers.filter { $0.state == .enforced }.count == Int(abi))
        #expect(layers.contains { $0.state == .missing } == (abi == 0))
        for layer in layers where layer.state != .enforced {
            #expect(layer.lost?.isEmpty == false && layer.remedy?.contains("boot") == true)
        }
    }

    @Test func `a profile that asks for a later Landlock than there is is refused, and runs where it is`() throws {
        for (least, abi, isRefused) in [(nil, 1, false), (6, 5, true), (6, 6, false), (7, 6, true), (nil, 0, true)] {
            var profile = ResolvedProfile.fixture()
            profile.landlockABI = least
            let answer = Result { try HostCapabilities.require(profile, landlockABI: UInt32(abi)) }
            if case .failure(let error) = answer {
                #expect(isRefused && (error as? SandboxError)?.reason == .layerMissing)
                #expect((error as? SandboxError)?.remedy?.contains("boot") == true)
            } else {
                #expect(!isRefused)
            }
        }
    }

    @Test func `the documentation has the table that doctor is made from`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let page = try #require(File.text(of: root + "/Sources/agentbox/agentbox.docc/Tiers.md"))
        let table = page.split(separator: "\n").filter { $0.hasPrefix("|") }.map(String.init)
        #expect(table == TierTable.markdown, "the table is:\n\(TierTable.markdown.joined(separator: "\n"))")
    }
}
