import StrictJSON

/// What `agentbox-inspect` says: a packet each. The host takes it for what it is, the word of a process that strangers
/// talk to.
package enum InspectionAnswer: Hashable, Sendable {
    /// It serves the call.
    case opened
    /// It does not, and why.
    case refused(String)
    /// Nothing of the call is left; a report a destination and one an injection, in their order.
    case closed([EgressReport], [InjectionReport])

    package func encoded() -> [UInt8] {
        let json: JSON =
            switch self {
            case .opened: ["opened": true]
            case .refused(let reason): ["refused": .string(reason)]
            case .closed(let reports, let injections):
                ["closed": .array(reports.map(\.json)), "injections": .array(injections.map(\.json))]
            }
        return json.encoded()
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return nil }
        if json["opened"] == true {
            self = .opened
        } else if let reason = json["refused"]?.stringValue {
            self = .refused(String(reason.prefix(EgressReport.longestDetail)))
        } else if let closed = json["closed"]?.arrayValue, let injections = json["injections"]?.arrayValue {
            let reports = closed.compactMap(EgressReport.init)
            let uses = injections.compactMap(InjectionReport.init)
            guard reports.count == closed.count, uses.count == injections.count else { return nil }
            self = .closed(reports, uses)
        } else {
            return nil
        }
    }
}
