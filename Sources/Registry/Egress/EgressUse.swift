import Egress
import Hosts
import Sandbox
import StrictJSON

/// What a call did with one of its destinations.
package struct EgressUse: Sendable, Hashable {
    package var destination: Destination
    package var report: EgressReport

    package var json: JSON {
        guard case .object(var object) = report.json else { return .null }
        object["destination"] = .string(destination.description)
        // They are among the violations.
        object["refusals"] = nil
        return .object(object)
    }

    var violations: [Violation] {
        report.refusals.map { refusal in
            var violation = Violation(layer: "egress", operation: refusal.reason.rawValue, detail: refusal.detail)
            violation.count = UInt64(clamping: refusal.count)
            return violation
        }
    }
}
