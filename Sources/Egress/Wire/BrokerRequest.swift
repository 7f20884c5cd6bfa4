import StrictJSON

/// What the host asks of the broker: a packet each, with the sockets of an `open` beside it, in the order of its
/// destinations and the proxy's last.
package enum BrokerRequest: Hashable, Sendable {
    /// Serve a call. With a proxy the last socket is where it listens, for programs that insist on one.
    case open(call: Int, [EgressDestination], hasProxy: Bool = false)
    /// The call is over: close all that is its, and say what it was.
    case close(call: Int)

    package func encoded() -> [UInt8] {
        switch self {
        case .open(let call, let destinations, let hasProxy):
            let json: JSON = [
                "open": .integer(Int64(call)), "destinations": .array(destinations.map(\.json)),
                "proxy": .bool(hasProxy),
            ]
            return json.encoded()
        case .close(let call):
            let json: JSON = ["close": .integer(Int64(call))]
            return json.encoded()
        }
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return nil }
        if let call = json["close"]?.count {
            self = .close(call: call)
            return
        }
        guard let call = json["open"]?.count, let array = json["destinations"]?.arrayValue,
            let hasProxy = json["proxy"]?.boolValue
        else { return nil }
        let destinations = array.compactMap(EgressDestination.init)
        guard destinations.count == array.count else { return nil }
        self = .open(call: call, destinations, hasProxy: hasProxy)
    }
}
