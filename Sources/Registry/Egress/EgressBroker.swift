import Diagnostics
import Egress
import Hosts
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// The egress broker of one run: started when the first call needs it, started again when it died, ended with the run.
package actor EgressBroker {
    /// The profile of its box.
    package static let profile = "egress"

    private let process: KeptProcess<BrokerAnswer>
    private var calls = 0

    /// - Parameters:
    ///   - program: Where `agentbox-egress` is.
    ///   - profile: What its box is made from.
    package init(launcher: Launcher, program: String, profile: @escaping @Sendable () throws -> ResolvedProfile) {
        process = KeptProcess {
            try await BrokerProcess.start(
                program, under: try profile(), showing: ["/etc/resolv.conf", "/etc/hosts"], by: launcher)
        }
    }

    /// What serves one call; nil for a call that connects to nothing. The broker runs when this returns.
    func session(for call: ResolvedCall) async throws -> EgressSession? {
        let grants = call.grants.filter { $0.destination != nil }
        guard !grants.isEmpty else { return nil }
        let limits = call.definition.profile.limits
        let egress = EgressLimits(
            connections: limits.mostConnections, bytes: limits.mostTraffic.bytes,
            milliseconds: Int(limits.longestConnection.microseconds / 1000))
        let destinations = Self.merged(grants).map { EgressDestination($0.0, opened: $0.1, limits: egress) }
        let places = try CallDestinations(destinations.map(\.destination))
        let process = try await process.running()
        calls += 1
        return EgressSession(calls, destinations, places, by: process)
    }

    /// One socket a destination: two grants of one open what both open.
    private static func merged(_ grants: [ResolvedGrant]) -> [(Destination, [AddressRange])] {
        var merged: [(Destination, [AddressRange])] = []
        for grant in grants {
            guard let destination = grant.destination else { continue }
            if let index = merged.firstIndex(where: { $0.0 == destination }) {
                merged[index].1 += grant.opened
            } else {
                merged.append((destination, grant.opened))
            }
        }
        return merged
    }

    /// Ends it. When this returns it is gone.
    package func close() async { await process.close() }
}
