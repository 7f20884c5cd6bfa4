import Egress
import Glibc
import Hosts
import NIOCore
import NIOHTTP1
import NIOPosix

/// Connects to origins: resolves once a call, checks the addresses, dials the ones that it checked.
struct Dialer: Sendable {
    let group: any EventLoopGroup
    let names: CallNames

    static let dialTime = TimeAmount.seconds(5)

    /// Why there is no connection, for the tool; it is on record.
    struct Failure: Error {
        var reason: EgressReport.Reason
        var detail: String
    }

    /// - Parameter protocols: What the tool offers inside of TLS; nil: without TLS.
    func connect(to origin: InspectedOrigin, offering protocols: [String]?) async throws(Failure) -> OriginConnection {
        let found = await names.addresses(of: origin.destination.host)
        let addresses = found.addresses
        let checked = origin.checked(addresses)
        var problem =
            addresses.isEmpty
            ? "its name leads nowhere" + (found.problem.map { " (\($0))" } ?? "")
            : "its addresses are not public, and `within` of the grant opens none of them"
        for address in checked {
            origin.change { $0.dialled(address.canonicalText) }
            do {
                let connection = try await dial(address, origin, protocols)
                origin.change { $0.connections += 1 }
                return connection
            } catch let failure as HandshakeFailure {
                try refuse(failure, origin)
            } catch is HandshakeFailure.Late {
                problem = "its TLS handshake was not finished within \(HandshakeFailure.patience) seconds"
            } catch {
                problem = "it cannot be connected to"
            }
        }
        if !checked.isEmpty || addresses.isEmpty { origin.change { $0.failures += 1 } }
        let isRefused = checked.isEmpty && !addresses.isEmpty
        throw Failure(reason: isRefused ? .address : .unreachable, detail: "\(origin.destination): \(problem)")
    }

    private func dial(
        _ address: IPAddress, _ origin: InspectedOrigin, _ protocols: [String]?
    ) async throws -> OriginConnection {
        let target = try SocketAddress(ipAddress: address.canonicalText, port: Int(origin.destination.port))
        let made = try await ClientBootstrap(group: group)
            .connectTimeout(Self.dialTime)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(to: target) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(TrafficMeter(origin))
                    let promise = channel.eventLoop.makePromise(of: OriginConnection.self)
                    guard let protocols else {
                        promise.completeWith(Result { try OriginConnection.make(nil, channel) })
                        return promise.futureResult
                    }
                    try pipeline.addHandler(
                        try origin.trust.handler(to: origin.destination.host, offering: protocols))
                    try pipeline.addHandler(HandshakeWaiter(promise, make: OriginConnection.make))
                    return promise.futureResult
                }
            }
        return try await made.get()
    }

    /// A handshake that failed is no reason to try the next address: that would be another machine of the same owner, or
    /// the same attacker.
    private func refuse(_ failure: HandshakeFailure, _ origin: InspectedOrigin) throws(Failure) {
        guard let doubt = failure.doubt(of: origin.destination.host, at: time(nil)) else {
            origin.change { $0.failures += 1 }
            throw Failure(reason: .unreachable, detail: "\(origin.destination): the TLS handshake failed")
        }
        let detail = "\(origin.destination): \(doubt)"
        origin.refuse(.certificate, detail)
        throw Failure(reason: .certificate, detail: detail)
    }
}
