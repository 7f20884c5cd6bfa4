import CSandbox
import Glibc
import LinuxIO
import Manifests

/// What this host enforces, layer by layer.
package struct HostCapabilities: Sendable {
    /// One layer, or one part of a layer.
    package struct Layer: Sendable {
        /// Whether it holds here.
        package enum State: String, Hashable, Sendable {
            case enforced, missing
            /// Nothing depends on it, but some profile may.
            case optional
        }

        package let name: String
        package let state: State
        /// What was found: a version, an error.
        package let detail: String
        /// What is lost without it, and how to get it.
        package let remedy: String?

        init(_ name: String, _ state: State, _ detail: String, remedy: String? = nil) {
            self.name = name
            self.state = state
            self.detail = detail
            self.remedy = remedy
        }
    }

    package let kernel: String
    package let isRoot: Bool
    package let layers: [Layer]

    /// True if calls can be confined at all.
    package var isUsable: Bool { !layers.contains { $0.state == .missing } }

    /// Refuses a profile that requires a layer which is not there. What only shows when the view is built (namespaces,
    /// an idmapped mount) is a refusal then, with the same remedies.
    static func require(_ profile: ResolvedProfile, landlockABI: UInt32) throws(SandboxError) {
        if profile.isolation.contains(.cgroup), case .failure(let absence) = ControlGroups.shared {
            throw SandboxError(
                .layerMissing,
                "profile `\(profile.name)` requires the layer `cgroup`, which cannot be had here: \(absence.reason)",
                remedy: absence.remedy)
        }
        if profile.isolation.contains(.landlock), landlockABI == 0 {
            throw SandboxError(
                .layerMissing, "profile `\(profile.name)` requires the layer `landlock`, which this kernel lacks",
                remedy: LandlockProbe.remedy)
        }
    }

    /// Finds out by trying, with `agentbox-init` on plans that execute nothing.
    package static func probe(initPath: String) async -> HostCapabilities {
        let kernel = KernelFacts()
        var layers = [await NamespaceProbe.namespaces(initPath), LandlockProbe.layer(cs_landlock_abi())]
        layers.append(kernel.seccomp)
        layers.append(await NamespaceProbe.overlay(initPath))
        if geteuid() == 0 { layers.append(await NamespaceProbe.mappedMount(initPath)) }
        layers.append(ControlGroups.layer)
        layers += kernel.settings
        return HostCapabilities(kernel: kernel.release, isRoot: geteuid() == 0, layers: layers)
    }
}
