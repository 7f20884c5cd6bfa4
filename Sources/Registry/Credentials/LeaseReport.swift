import Credentials
import Ledger
import LinuxIO
import Manifests
import Store
import StrictJSON

/// What became of a lease at its end.
package struct LeaseReport: Sendable, Hashable {
    package let lease: String
    package let credential: String
    package let source: String
    package let revocability: Revocability
    package internal(set) var outcome: LeaseEndedEntry.Outcome = .revoked
    package internal(set) var probe: ProbeResult?
    /// Why it is not ended; nil if nothing more can be done about it.
    package internal(set) var failure: String?
    package internal(set) var residual: LeaseEndedEntry.Residual?
    /// When trying again may come to something else; nil if at any time.
    package internal(set) var opens: Timestamp?

    init(_ lease: LeaseRecord) {
        self.lease = lease.id
        credential = lease.credential
        source = lease.source
        revocability = lease.revocability
    }

    package var probeWord: String? {
        switch probe {
        case .refused: "refused"
        case .accepted: "accepted"
        case .unknown: "unknown"
        case nil: nil
        }
    }

    /// For people.
    package var detail: String? {
        if let failure { return failure }
        switch probe {
        case .refused(let words), .accepted(let words), .unknown(let words): return words
        case nil: return nil
        }
    }

    /// It could not be ended.
    func failed(
        _ why: String, _ residual: LeaseEndedEntry.Residual, opens: Timestamp? = nil
    ) -> LeaseReport {
        var report = self
        report.outcome = .failed
        report.failure = why
        report.residual = residual
        report.opens = opens
        return report
    }

    /// There was nothing to end.
    func unissued() -> LeaseReport {
        var report = self
        report.outcome = .unissued
        return report
    }

    /// Whatever was done about it, its source may still issue it.
    mutating func mayComeToBe(until settled: Timestamp, _ left: LeaseEndedEntry.Residual) {
        residual = left
        // Of these nothing is ended that could be missed.
        guard failure == nil, revocability > .expiry else { return }
        outcome = .failed
        failure =
            "whether it was issued nobody knows, and the source may do so yet; it is ended and looked for again after "
            + "\(settled)"
        opens = settled
    }

    /// It is over by itself.
    func expired() -> LeaseReport {
        var report = self
        report.outcome = .expires
        report.probe = .refused("it has expired")
        return report
    }

    /// What its class and a probe say together.
    mutating func judge(_ result: ProbeResult, residual left: LeaseEndedEntry.Residual) {
        probe = result
        switch revocability {
        case .none: outcome = .remains
        case .expiry: outcome = .expires
        case .revoke, .revokeWithSessions, .singleUse: outcome = .revoked
        }
        switch result {
        case .refused: residual = nil
        case .unknown: residual = left
        case .accepted(let words):
            residual = left
            // A source that says that it has taken something back which still works has not.
            guard outcome == .revoked else { return }
            outcome = .failed
            failure = "it was revoked, and still works: \(words)"
        }
    }

    package var json: JSON {
        var object: JSONObject = [
            "name": .string(credential), "source": .string(source), "lease": .string(lease),
            "revocability": .string(revocability.rawValue), "outcome": .string(outcome.rawValue),
        ]
        object["probe"] = probeWord.map(JSON.string)
        object["detail"] = detail.map { .string($0.cut(toBytes: 1000)) }
        switch residual {
        case .until(let end): object["residual"] = ["until": .string(end.description)]
        case .unbounded: object["residual"] = ["until": .null]
        case nil: break
        }
        return .object(object)
    }
}
