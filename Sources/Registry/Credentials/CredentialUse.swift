import Egress
import Sandbox
import StrictJSON

/// What a call was issued, what it did with it, and what became of it.
package struct CredentialUse: Sendable, Hashable {
    package var lease: LeaseReport
    /// Of a credential that the broker delivered; nil of any other.
    package var injection: InjectionReport?

    package var json: JSON {
        guard case .object(var object) = lease.json else { return .null }
        if let injection {
            object["uses"] = .integer(Int64(injection.uses))
            object["scrubbed"] = .integer(Int64(injection.scrubbed))
            if injection.cookies > 0 { object["cookies"] = .integer(Int64(injection.cookies)) }
            var refused = JSONObject()
            for reason in injection.refusals.keys.sorted() {
                refused[reason.rawValue] = .integer(Int64(injection.refusals[reason] ?? 0))
            }
            if !refused.isEmpty { object["refusals"] = .object(refused) }
        }
        return .object(object)
    }

    /// What a person has to see: one that could not be ended.
    var violation: Violation? {
        guard let failure = lease.failure else { return nil }
        return Violation(layer: "credentials", operation: "revoke", path: lease.credential, detail: failure)
    }
}
