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

    private let launcher: Launcher
    private let program: String
    private let profile: @Sendable () throws -> ResolvedProfile
    private var current: Task<BrokerProcess, any Error>?
    private var calls = 0

    /// - Parameters:
    ///   - program: Where `agentbox-egress` is.
    ///   - profile: What its box is made from.
    package init(launcher: Launcher, program: String, profile: @escaping @Sendable () throws -> ResolvedProfile) {
        self.launcher = launcher
        self.program = program
        self.profile = profile
    }

    /// What serves one call; nil for a call that connects to nothing. The broker runs when this returns.
    func session(for call: ResolvedCall) async throws -> EgressSession? {
        let grants = call.grants.filter { $0.destination != nil }
        guard !grants.isEmpty else { return nil }
        let limits = EgressLimits(call.definition.profile.limits)
        return try await session(
            for: Self.merged(grants).map { EgressDestination($0.0, opened: $0.1, limits: limits) },
            hasProxy: call.definition.tool.usesProxy)
    }

    /// What serves destinations that somebody may connect to. The broker runs when this returns.
    func session(for destinations: [EgressDestination], hasProxy: Bool = false) async throws -> EgressSession {
        let places = try CallDestinations(destinations.map(\.destination), hasProxy: hasProxy)
        let process = try await process()
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

    private func process() async throws -> BrokerProcess {
        while let waited = current {
            if case .success(let process) = await waited.result, !process.isDead { return process }
            // Whoever waited beside may have started one meanwhile.
            if current == waited { break }
        }
        let start = Task { [launcher, program, profile] in
            try await BrokerProcess.start(program, under: try profile(), by: launcher)
        }
        current = start
        return try await start.value
    }

    /// Ends it. When this returns it is gone.
    func close() async {
        guard let current else { return }
        self.current = nil
        if case .success(let process) = await current.result { await process.end() }
    }
}
