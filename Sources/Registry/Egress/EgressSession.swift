import Egress
import LinuxIO

/// What the broker does for one call: it relays the destinations that are not inspected.
final class EgressSession: Sendable {
    private let call: Int
    private let destinations: [EgressDestination]
    private let hasProxy: Bool
    private let process: BrokerProcess
    private let isOpen = Locked(false)

    /// - Parameter hasProxy: The last socket is one of a proxy that leads to all of them.
    init(_ call: Int, _ destinations: [EgressDestination], hasProxy: Bool = false, by process: BrokerProcess) {
        self.hasProxy = hasProxy
        self.call = call
        self.destinations = destinations
        self.process = process
    }

    /// Hands the sockets over on which the call reaches its destinations.
    func open(_ sockets: [SharedDescriptor]) async throws {
        switch await process.askAtOnce(
            BrokerRequest.open(call: call, destinations, hasProxy: hasProxy).encoded(), of: call, with: sockets)
        {
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
        guard
            case .closed(_, let reports) = await process.askAtOnce(BrokerRequest.close(call: call).encoded(), of: call),
            reports.count == destinations.count + (hasProxy ? 1 : 0)
        else { return nil }
        let uses = zip(destinations, reports).map { EgressUse(destination: $0.destination, report: $1) }
        return hasProxy ? uses + [EgressUse(destination: nil, report: reports[destinations.count])] : uses
    }

    /// Once the broker died: how, in words. Nil if this task was cancelled before.
    func waitUntilBroken() async -> String? { await process.waitUntilDead().map { "the egress broker died: \($0)" } }
}

/// The process that relays.
typealias BrokerProcess = PacketProcess<BrokerAnswer>

extension BrokerAnswer: PacketAnswer {
    package var call: Int {
        switch self {
        case .opened(let call), .refused(let call, _), .closed(let call, _): call
        }
    }
}
