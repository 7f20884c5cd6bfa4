import Egress
import Hosts
import NIOSSL
import Synchronization

/// One inspected destination of the call: what it is, and what became of it so far.
final class InspectedOrigin: Sendable {
    let wanted: InspectedDestination
    let check: RequestCheck
    /// How the tool is met with TLS, for each protocol that the origin may have chosen; nil: without.
    let meeting: ToolContexts?
    let trust: OriginContexts
    private let state: Mutex<State>

    private struct State {
        var report = EgressReport()
        /// Connections of the tool's that are open.
        var connections = 0
        /// Of `limits.bytes`, what is left.
        var allowance: Int
    }

    var destination: Destination { wanted.destination.destination }
    var limits: EgressLimits { wanted.destination.limits }

    /// - Throws: `NIOSSLError` if the certificates that it was given are none.
    init(_ wanted: InspectedDestination, roots: [NIOSSLCertificate]) throws {
        self.wanted = wanted
        check = RequestCheck(destination: wanted)
        meeting = try wanted.identity.map(ToolContexts.init)
        trust = try OriginContexts(roots: roots, trust: wanted.trust)
        state = Mutex(State(allowance: wanted.destination.limits.bytes))
    }

    func report() -> EgressReport { state.withLock { $0.report } }

    func change(_ body: (inout sending EgressReport) -> Void) { state.withLock { body(&$0.report) } }

    func refuse(_ reason: EgressReport.Reason, _ detail: String) {
        state.withLock { $0.report.refuse(reason, detail) }
    }

    /// False if the tool has as many connections as it may; that is on record.
    func open() -> Bool {
        state.withLock { state in
            guard state.connections < limits.connections else {
                state.report.refuse(
                    .connections, "more than \(limits.connections) connections to \(destination) at once")
                return false
            }
            guard state.allowance > 0 else {
                state.report.refuse(.traffic, "no bytes are left for \(destination)")
                return false
            }
            state.connections += 1
            return true
        }
    }

    func close() { state.withLock { $0.connections -= 1 } }

    /// Counts bytes on the way to the origin or back; false once there are more than may be.
    func count(up: Int = 0, down: Int = 0) -> Bool {
        state.withLock { state in
            state.report.up += up
            state.report.down += down
            guard state.allowance > 0 else { return false }
            state.allowance -= up + down
            if state.allowance > 0 { return true }
            state.report.refuse(.traffic, "more than \(limits.bytes) bytes to and from \(destination)")
            return false
        }
    }

    /// The addresses that may be dialled; those that may not be are on record.
    func checked(_ addresses: [IPAddress]) -> [IPAddress] {
        addresses.filter { address in
            guard let word = AddressPolicy.refusal(of: address, opened: wanted.destination.opened) else { return true }
            refuse(.address, AddressPolicy.words(destination, address, word))
            return false
        }
    }
}
