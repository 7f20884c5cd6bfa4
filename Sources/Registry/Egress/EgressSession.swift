import Egress
import LinuxIO
@_spi(Launch) import Sandbox

/// What the broker does for one call.
final class EgressSession: Sendable {
    let places: CallDestinations
    private let call: Int
    private let destinations: [EgressDestination]
    private let process: BrokerProcess
    private let isOpen = Locked(false)

    init(
        _ call: Int, _ destinations: [EgressDestination], _ places: CallDestinations, by process: BrokerProcess
    ) {
        self.call = call
        self.destinations = destinations
        self.places = places
        self.process = process
    }

    /// Hands the sockets over on which the call reaches its destinations.
    func open(_ sockets: [SharedDescriptor]) async throws {
        switch await process.ask(.open(call: call, destinations, hasProxy: places.hasProxy), of: call, with: sockets) {
        case .opened: isOpen.withLock { $0 = true }
        case .refused(_, let reason): throw RegistryError(.egressFailed, "the egress broker refused: \(reason)")
        case .closed, nil:
            throw RegistryError(
                .egressFailed, "the egress broker did not take the call: \(await process.wait())",
                remedy: "`agentbox doctor` says what the host lacks; the next call starts another")
        }
    }

    /// Ends all connections of the call and says what they were; nil if the broker died, and nobody knows.
    func close() async -> [EgressUse]? {
        guard isOpen.withLock({ $0 }) else { return [] }
        guard case .closed(_, let reports) = await process.ask(.close(call: call), of: call),
            reports.count == destinations.count + (places.hasProxy ? 1 : 0)
        else { return nil }
        let uses = zip(destinations, reports).map { EgressUse(destination: $0.destination, report: $1) }
        return places.hasProxy ? uses + [EgressUse(destination: nil, report: reports[destinations.count])] : uses
    }

    /// True once the broker died; false if this task was cancelled before.
    func waitUntilBroken() async -> Bool { await process.waitUntilDead() }
}
