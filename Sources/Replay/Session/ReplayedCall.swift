import Manifests
import Policy
import StrictJSON

/// What came of one recorded call.
package struct ReplayedCall: Sendable {
    /// 0-based position among the calls of the trace.
    package let index: Int
    package let call: RecordedCall
    package let decision: Decision
    /// True if it was allowed, or approved by the answer that is assumed.
    package internal(set) var goesAhead = false
    /// What would let the call through, if it was denied and the session was asked for it.
    package internal(set) var amendment: Amendment?

    init(index: Int, call: RecordedCall, decision: Decision) {
        self.index = index
        self.call = call
        self.decision = decision
    }

    /// True if the trace expects another decision.
    package var differs: Bool { call.expected.map { $0 != decision.effect } ?? false }

    /// A longer amendment is counted, not shown: nobody reads it.
    private static let longestAmendment = 16 << 10

    /// `{"index","tool","decision","rules","reason","amendment"}`
    package var json: JSON {
        var object = JSONObject()
        object["index"] = .integer(Int64(index))
        object["tool"] = .string(call.tool)
        object["decision"] = .string(decision.effect.rawValue)
        object["rules"] = .array(decision.rules.map { $0.json() })
        object["reason"] = .string(decision.reason)
        object["amendment"] = amendment?.json(limit: Self.longestAmendment) ?? .null
        return .object(object)
    }
}
