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
        /// The kernel that brought it; nil for a setting.
        package let since: String?
        /// What is lost without it.
        package let lost: String?
        /// How to get it.
        package let remedy: String?

        /// A setting of the kernel's.
        init(_ name: String, _ state: State, _ detail: String, remedy: String? = nil) {
            self.name = name
            self.state = state
            self.detail = detail
            since = nil
            lost = nil
            self.remedy = remedy
        }

        /// A line of the table of tiers.
        /// - Parameter remedy: Of the failure that was found; nil for the table's.
        init(_ row: TierTable.Row, _ state: State, _ detail: String, remedy: String? = nil) {
            name = row.name
            self.state = state
            self.detail = detail
            since = row.since
            lost = row.lost
            self.remedy = remedy ?? row.remedy
        }
    }

    package let kernel: String
    package let isRoot: Bool
    /// True if somebody else's filter already decides about the system calls of agentbox itself, as in a container.
    package let isFiltered: Bool
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
        if let least = profile.landlockABI, landlockABI < least {
            throw SandboxError(
                .layerMissing,
                "profile `\(profile.name)` requires Landlock with ABI \(least) or later, and this kernel has "
                    + (landlockABI == 0 ? "none" : "ABI \(landlockABI)"),
                remedy: TierTable.landlock[min(least, TierTable.landlock.count) - 1].remedy)
        }
    }

    /// Finds out by trying, with `agentbox-init` on plans that execute nothing.
    package static func probe(initPath: String) async -> HostCapabilities {
        let kernel = KernelFacts()
        var layers = [await NamespaceProbe.namespaces(initPath), await NamespaceProbe.overlay(initPath)]
        if geteuid() == 0 { layers.append(await NamespaceProbe.mappedMount(initPath)) }
        layers.append(kernel.seccomp)
        layers += LandlockProbe.layers(cs_landlock_abi())
        layers.append(await KernelAudit.layer)
        layers.append(ControlGroups.layer)
        layers += kernel.settings
        return HostCapabilities(
            kernel: kernel.release, isRoot: geteuid() == 0, isFiltered: kernel.isFiltered, layers: layers)
    }
}
