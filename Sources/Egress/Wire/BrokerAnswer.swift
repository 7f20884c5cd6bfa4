import StrictJSON

/// What the broker says: a packet each. The host takes it for what it is, the word of a process that strangers talk to.
package enum BrokerAnswer: Hashable, Sendable {
    /// It serves the call.
    case opened(call: Int)
    /// It does not, and why.
    case refused(call: Int, reason: String)
    /// Nothing of the call is left; a report a destination, in their order, and one of the proxy, if there is one.
    case closed(call: Int, [EgressReport])

    /// No answer is longer.
    package static let mostBytes = 160 << 10

    package func encoded() -> [UInt8] {
        let json: JSON =
            switch self {
            case .opened(let call): ["opened": .integer(Int64(call))]
            case .refused(let call, let reason): ["refused": .integer(Int64(call)), "reason": .string(reason)]
            case .closed(let call, let reports):
                ["closed": .integer(Int64(call)), "destinations": .array(reports.map(\.json))]
            }
        return json.encoded()
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return nil }
        if let call = json["opened"]?.count {
            self = .opened(call: call)
        } else if let call = json["refused"]?.count, let reason = json["reason"]?.stringValue {
            self = .refused(call: call, reason: reason)
        } else if let call = json["closed"]?.count, let array = json["destinations"]?.arrayValue {
            let reports = array.compactMap(EgressReport.init)
            guard reports.count == array.count else { return nil }
            self = .closed(call: call, reports)
        } else {
            return nil
        }
    }
}
