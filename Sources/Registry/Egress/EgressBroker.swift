import Diagnostics
import Egress
import Hosts
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// What the calls of one run connect through: the egress broker, started when the first call needs it, started again
/// when it died, ended with the run; and an inspector for each call that has inspected destinations.
package actor EgressBroker {
    /// The profiles of their boxes.
    package static let profile = "egress"
    package static let inspectorProfile = "inspect"

    private let broker: KeptProcess<BrokerAnswer>
    private let inspectors: InspectorPool
    private var calls = 0

    /// - Parameters:
    ///   - programs: The folder of `agentbox-egress` and `agentbox-inspect`.
    ///   - profile: What a box is made from, by its profile's name.
    package init(
        launcher: Launcher, programs: String, profile: @escaping @Sendable (String) throws -> ResolvedProfile
    ) {
        broker = KeptProcess {
            try await BrokerProcess.start(
                programs + "/agentbox-egress", named: "agentbox-egress", under: try profile(Self.profile),
                reading: ["/etc/resolv.conf", "/etc/hosts"], by: launcher)
        }
        inspectors = InspectorPool {
            try await InspectorProcess.start(
                programs + "/agentbox-inspect", named: "agentbox-inspect", under: try profile(Self.inspectorProfile),
                reading: ["/etc/resolv.conf", "/etc/hosts"] + SystemTrust.files, by: launcher)
        }
    }

    /// What serves one call; nil for a call that connects to nothing. Its processes run when this returns.
    ///
    /// - Parameters:
    ///   - injections: Credentials that the inspector puts in; their destinations are inspected.
    ///   - trusting: Reads a file of the tool that a grant's `trust` names.
    package func session(
        for call: ResolvedCall, injecting injections: [Injection] = [],
        trusting: @Sendable (String) async throws -> [UInt8]
    ) async throws -> NetworkSession? {
        let wanted = try WantedDestination.all(
            of: call.grants, injections, limits: EgressLimits(call.definition.profile.limits))
        guard !wanted.isEmpty else { return nil }
        let inspected = wanted.filter { $0.inspection != nil }
        let hasProxy = call.definition.tool.usesProxy
        guard !hasProxy || inspected.isEmpty else {
            throw RegistryError(
                .egressFailed, "the tool has a `proxy`, which leads to no destination that is inspected")
        }
        let places = try CallDestinations(wanted.map(\.egress.destination), hasProxy: hasProxy)
        var relay: EgressSession?
        var inspector: InspectedSession?
        var bundle: [UInt8]?
        if inspected.count < wanted.count {
            let process = try await broker.running()
            calls += 1
            relay = EgressSession(
                calls, wanted.filter { $0.inspection == nil }.map(\.egress), hasProxy: hasProxy, by: process)
        }
        if !inspected.isEmpty {
            let authority = try CallAuthority(
                for: inspected.map(\.egress.destination.host),
                lifetime: call.definition.tool.limits.time ?? Executor.defaultTime)
            var destinations: [InspectedDestination] = []
            for one in inspected {
                var trust: [String] = []
                for file in one.inspection?.trust ?? [] {
                    trust.append(String(decoding: try await trusting(file), as: UTF8.self))
                }
                destinations.append(
                    InspectedDestination(
                        one.egress,
                        identity: one.isPlain ? nil : try authority.identity(for: one.egress.destination.host),
                        trust: trust, rules: one.inspection?.rules ?? []))
            }
            bundle = Array(authority.pem.utf8) + (relay == nil ? [] : SystemTrust.bundle())
            inspector = InspectedSession(destinations, injections, by: try await inspectors.take())
        }
        return NetworkSession(
            places: places, isInspected: wanted.map { $0.inspection != nil }, trustBundle: bundle, relay: relay,
            inspector: inspector)
    }

    /// What serves destinations that somebody else than a call may connect to. The broker runs when this returns.
    func session(for destinations: [EgressDestination]) async throws -> EgressSession {
        let process = try await broker.running()
        calls += 1
        return EgressSession(calls, destinations, by: process)
    }

    /// Ends it. When this returns it is gone.
    func close() async { await broker.close() }
}
