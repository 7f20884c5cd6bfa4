import StrictJSON

/// What the host asks of the broker: a packet each, with the sockets of an `open` beside it, in the order of its
/// destinations.
package enum BrokerRequest: Hashable, Sendable {
    /// Serve a call.
    case open(call: Int, [EgressDestination])
    /// The call is over: close all that is its, and say what it was.
    case close(call: Int)

    package func encoded() -> [UInt8] {
        switch self {
        case .open(let call, let destinations):
            let json: JSON = ["open": .integer(Int64(call)), "destinations": .array(destinations.map(\.json))]
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
        guard let call = json["open"]?.count, let array = json["destinations"]?.arrayValue else { return nil }
        let destinations = array.compactMap(EgressDestination.init)
        guard destinations.count == array.count else { return nil }
        self = .open(call: call, destinations)
    }
}
