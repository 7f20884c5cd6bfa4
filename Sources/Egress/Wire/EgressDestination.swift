import Hosts
import StrictJSON

/// One destination of a call, as the broker is given it.
package struct EgressDestination: Hashable, Sendable {
    package var destination: Destination
    /// Addresses that are not public and that it may lead to all the same.
    package var opened: [AddressRange]
    package var limits: EgressLimits

    package init(_ destination: Destination, opened: [AddressRange] = [], limits: EgressLimits) {
        self.destination = destination
        self.opened = opened
        self.limits = limits
    }
}

/// What one destination of one call may use.
package struct EgressLimits: Hashable, Sendable {
    /// Connections at once.
    package var connections: Int
    /// Both ways together.
    package var bytes: Int
    /// How long one connection may last.
    package var milliseconds: Int

    package init(connections: Int, bytes: Int, milliseconds: Int) {
        self.connections = connections
        self.bytes = bytes
        self.milliseconds = milliseconds
    }
}

extension EgressDestination {
    var json: JSON {
        [
            "to": .string(destination.description), "opened": .array(opened.map { .string($0.text) }),
            "connections": .integer(Int64(limits.connections)), "bytes": .integer(Int64(limits.bytes)),
            "milliseconds": .integer(Int64(limits.milliseconds)),
        ]
    }

    init?(_ json: JSON) {
        guard let text = json["to"]?.stringValue, let destination = try? Destination(text),
            let connections = json["connections"]?.count, let bytes = json["bytes"]?.count,
            let milliseconds = json["milliseconds"]?.count, let texts = json["opened"]?.arrayValue
        else { return nil }
        var opened: [AddressRange] = []
        for text in texts {
            guard let range = text.stringValue.flatMap({ try? AddressRange($0) }) else { return nil }
            opened.append(range)
        }
        self.init(
            destination, opened: opened,
            limits: EgressLimits(connections: connections, bytes: bytes, milliseconds: milliseconds))
    }
}

extension AddressRange {
    /// As it is read.
    fileprivate var text: String { "\(base.canonicalText)/\(prefix)" }
}

extension JSON {
    /// A whole number that is not negative.
    var count: Int? {
        guard case .integer(let value) = self, value >= 0 else { return nil }
        return Int(exactly: value)
    }
}
