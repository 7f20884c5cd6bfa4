import Egress
import LinuxIO

/// What an inspector does for one call: it ends the TLS of the inspected destinations, holds requests against the rules
/// and puts credentials in. Its process is the call's alone, and goes with it.
final class InspectedSession: Sendable {
    private let destinations: [InspectedDestination]
    private let injections: [Injection]
    private let process: InspectorProcess
    private let isOpen = Locked(false)

    /// The first thing that it does is to start, which takes its time on a machine that is busy; at the end it waits for
    /// connections to end.
    private static let patience = Duration.seconds(30)

    init(_ destinations: [InspectedDestination], _ injections: [Injection], by process: InspectorProcess) {
        self.destinations = destinations
        self.injections = injections
        self.process = process
    }

    /// Hands over the sockets on which the call reaches the destinations, and what belongs to them.
    func open(_ sockets: [SharedDescriptor]) async throws {
        let request = InspectionRequest.open(destinations, injections).encoded()
        guard request.count <= InspectionRequest.mostBytes else {
            throw RegistryError(
                .egressFailed,
                "the inspected destinations and credentials of the call take \(request.count) bytes to describe; the "
                    + "limit is \(InspectionRequest.mostBytes)", remedy: "trust fewer or smaller certificates")
        }
        switch await process.askAtOnce(request, of: 0, with: sockets, within: Self.patience) {
        case .opened: isOpen.withLock { $0 = true }
        case .refused(let reason): throw RegistryError(.egressFailed, "the inspector refused: \(reason)")
        case .closed, nil:
            throw RegistryError(
                .egressFailed, "the inspector did not take the call: \(await process.wait())",
                remedy: "`agentbox doctor` says what the host lacks; the next call starts another")
        }
    }

    /// Ends all connections of the call, and the process. What the call did; nil if nobody knows.
    func close() async -> (uses: [EgressUse], injections: [InjectionReport])? {
        defer { process.kill() }
        guard isOpen.withLock({ $0 }) else { return ([], []) }
        guard
            case .closed(let reports, let uses) = await process.askAtOnce(
                InspectionRequest.close.encoded(), of: 0, within: Self.patience),
            reports.count == destinations.count, uses.map(\.name) == injections.map(\.name)
        else { return nil }
        return (
            zip(destinations, reports).map { EgressUse(destination: $0.destination.destination, report: $1) }, uses
        )
    }

    /// Once the inspector died: how, in words. Nil if this task was cancelled before.
    func waitUntilBroken() async -> String? { await process.waitUntilDead().map { "the call's inspector died: \($0)" } }
}

/// The process that inspects.
typealias InspectorProcess = PacketProcess<InspectionAnswer>

extension InspectionAnswer: PacketAnswer {
    package static var mostBytes: Int { BrokerAnswer.mostBytes }
    /// There is one.
    package var call: Int { 0 }
}
