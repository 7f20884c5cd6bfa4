import Egress
import Hosts
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// What the agent itself connects to: the model endpoints of its intent, by the broker that calls have. A broker that
/// dies takes the connections of the moment with it; the next one takes the sockets over.
///
/// Attack: a tool that brings the broker down must not cut the agent off from its model.
package final class AgentEgress: Sendable {
    package let places: CallDestinations
    private let broker: EgressBroker
    private let destinations: [EgressDestination]
    private let state = Locked(State())

    private struct State {
        var session: EgressSession?
        var watching: Task<Void, Never>?
        /// A broker died, and what went through it is not known.
        var isIncomplete = false
    }

    /// What the agent did with its endpoints.
    package struct Report: Sendable {
        package var uses: [EgressUse] = []
        /// False if a broker died, and took its count with it.
        package var isComplete = true
    }

    /// - Parameter profile: Of the agent's box, whose limits are those of each endpoint.
    ///
    /// - Throws: `RegistryError` if the profile does not let the agent connect to anything.
    package init(_ models: [ModelEndpoint], under profile: ResolvedProfile, by broker: EgressBroker) throws {
        guard profile.network == .granted, profile.isolation.contains(.namespaces) else {
            throw RegistryError(
                .egressFailed,
                "the intent lists `models`, and the profile `\(profile.name)` gives the agent no network that leads there",
                remedy: "it needs `network: granted` and `namespaces` in `isolation`, as the profile `agent` has")
        }
        self.broker = broker
        let limits = EgressLimits(profile.limits)
        destinations = try models.map { model in
            var opened = try model.within.map { range throws(HostRefusal) in try AddressRange(range) }
            // As a grant of a manifest: what is written down by number is opened by that.
            if case .address(let address) = model.destination.host { opened.append(AddressRange(address)) }
            return EgressDestination(model.destination, opened: opened, limits: limits)
        }
        places = try CallDestinations(destinations.map(\.destination))
    }

    /// Hands over the sockets on which the agent reaches its endpoints.
    package func open(_ sockets: [SharedDescriptor]) async throws {
        let session = try await broker.session(for: destinations)
        try await session.open(sockets)
        let watching = Task { [weak self] in
            guard await session.waitUntilBroken() != nil, !Task.isCancelled, let self else { return }
            state.withLock { $0.isIncomplete = true }
            // What cannot be served again refuses connections, which is what its agent sees of it.
            try? await open(sockets)
        }
        state.withLock {
            $0.session = session
            $0.watching = watching
        }
    }

    /// To be called when the agent has ended.
    package func close() async -> Report {
        let (session, watching) = state.withLock { ($0.session, $0.watching) }
        watching?.cancel()
        guard let session else { return Report() }
        let uses = await session.close()
        let isIncomplete = state.withLock { $0.isIncomplete }
        return Report(uses: uses ?? [], isComplete: uses != nil && !isIncomplete)
    }
}

extension EgressLimits {
    /// What a profile lets one destination use.
    init(_ limits: ResolvedProfile.Limits) {
        self.init(
            connections: limits.mostConnections, bytes: limits.mostTraffic.bytes,
            milliseconds: Int(limits.longestConnection.microseconds / 1000))
    }
}
