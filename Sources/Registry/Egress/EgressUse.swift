import Egress
import Hosts
import Sandbox
import StrictJSON

/// What a call did with one of its destinations.
package struct EgressUse: Sendable, Hashable {
    /// Nil: what the call's proxy was asked for besides.
    package var destination: Destination?
    package var report: EgressReport

    package var json: JSON {
        guard case .object(var object) = report.json else { return .null }
        object["destination"] = destination.map { .string($0.description) }
        // They are among the violations.
        object["refusals"] = nil
        return .object(object)
    }

    /// What was tried of it and not allowed, in words.
    package var refusals: [String] {
        report.refusals.map { $0.count == 1 ? $0.detail : "\($0.detail), \($0.count) times" }
    }

    /// What went through it: `connected to api.example.com:443 once: 12 bytes up, 34 down`.
    package var text: String {
        let place = destination?.description ?? "the proxy"
        let words =
            switch report.connections {
            case 0: "never connected to \(place)"
            case 1: "connected to \(place) once"
            case let count: "connected to \(place) \(count) times"
            }
        return "\(words): \(report.up) bytes up, \(report.down) down"
    }

    var violations: [Violation] {
        report.refusals.map { refusal in
            var violation = Violation(layer: "egress", operation: refusal.reason.rawValue, detail: refusal.detail)
            violation.count = UInt64(clamping: refusal.count)
            return violation
        }
    }
}
