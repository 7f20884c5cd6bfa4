import Glibc
import Testing

@testable import Sandbox

@Suite("The host says which layers it enforces")
struct HostCapabilitiesTests {
    @Test func `this host, on which the other tests pass, is found usable`() async throws {
        let host = await HostCapabilities.probe(initPath: try LaunchFixture.initPath())
        for name in ["namespaces", "landlock", "seccomp", "write layers (overlay)"] {
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

    @Test func `landlock says what an older ABI cannot refuse`() {
        #expect(LandlockProbe.layer(0).state == .missing)
        #expect(LandlockProbe.layer(1).remedy?.contains("truncation (ABI 3)") == true)
        #expect(LandlockProbe.layer(7).remedy == nil)
    }
}
