import Egress
import LinuxIO
@_spi(Launch) import Sandbox

/// All that one call connects through: the relay, an inspector, or both, each for its destinations.
///
///     let network = try await egress.session(for: call, injecting: injections, trusting: readFile)
///     specification.destinations = network.places       // and `files`, `environment`
///     specification.onListening = { try await network.open($0) }
///     …                                                 // the call runs
///     let report = await network.close()                // what it did, and what became of each injection
package final class NetworkSession: Sendable {
    /// Where the call finds its destinations.
    package let places: CallDestinations
    /// What the call has to trust for its inspected destinations: PEM, for a file of the call's scratch. Nil if nothing
    /// is inspected.
    package let trustBundle: [UInt8]?
    /// Of each destination, in the order of `places`: true if it is inspected.
    private let isInspected: [Bool]
    private let relay: EgressSession?
    private let inspector: InspectedSession?

    init(
        places: CallDestinations, isInspected: [Bool], trustBundle: [UInt8]?, relay: EgressSession?,
        inspector: InspectedSession?
    ) {
        self.places = places
        self.isInspected = isInspected
        self.trustBundle = trustBundle
        self.relay = relay
        self.inspector = inspector
    }

    /// Hands over the sockets on which the call reaches its destinations, in their order.
    package func open(_ sockets: [SharedDescriptor]) async throws {
        // The proxy's, which is the last, is the relay's.
        let pairs = zip(sockets, isInspected + (places.hasProxy ? [false] : []))
        try await relay?.open(pairs.filter { !$0.1 }.map(\.0))
        try await inspector?.open(pairs.filter(\.1).map(\.0))
    }

    /// Ends all connections of the call. What they were; nil if a process died that knew it.
    package func close() async -> NetworkReport? {
        async let relayed = relay?.close()
        let inspected = await inspector?.close()
        let uses = await relayed
        guard relay == nil || uses != nil, inspector == nil || inspected != nil else { return nil }
        return NetworkReport(
            egress: (uses ?? []) + (inspected?.uses ?? []), injections: inspected?.injections ?? [])
    }

    /// Once one of its processes died: which, and how, in words. Nil if this task was cancelled before.
    package func waitUntilBroken() async -> String? {
        await withTaskGroup(of: String?.self) { group in
            if let relay { group.addTask { await relay.waitUntilBroken() } }
            if let inspector { group.addTask { await inspector.waitUntilBroken() } }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

/// What a call did with its destinations, and what became of its injected credentials.
package struct NetworkReport: Sendable, Hashable {
    package var egress: [EgressUse]
    /// In the order in which they were given.
    package var injections: [InjectionReport]
}
