import LinuxIO
import Manifests
import StrictJSON

/// A credential that was issued for one call. Written before it is minted, so that a crash between leaves a record of
/// what may have to be revoked.
package struct LeaseRecord: Hashable, Sendable {
    package let id: String
    package let run: String
    package let call: String
    /// The manifest's name of where it comes from.
    package let source: String
    package var state: State
    package let revocability: Revocability
    package let begun: Timestamp
    /// When it dies by itself; nil if it does not.
    package var expires: Timestamp?
    /// When it was revoked, and found to be dead.
    package var ended: Timestamp?
    private let version: Int64

    /// Only forward: `minting`, `live`, `dead`.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Asked for; whether it exists nobody knows.
        case minting
        case live
        /// Revoked and probed, or expired.
        case dead
    }

    package init(
        id: String, run: String, call: String, source: String, revocability: Revocability, begun: Timestamp = .now(),
        expires: Timestamp? = nil
    ) {
        self.id = id
        self.run = run
        self.call = call
        self.source = source
        self.revocability = revocability
        self.begun = begun
        self.expires = expires
        state = .minting
        version = 0
    }

    /// Nil if the record is none of a lease.
    package init?(_ record: StateRecord) {
        let body = record.body
        func time(_ key: String) -> Timestamp? { body[key]?.stringValue.flatMap { Timestamp($0) } }
        guard record.kind == .lease, let state = State(rawValue: record.state), let run = record.run,
            let call = body["call"]?.stringValue, let source = body["source"]?.stringValue,
            let revocability = body["revocability"]?.stringValue.flatMap({ Revocability(rawValue: $0) }),
            let begun = time("begun")
        else { return nil }
        id = record.key
        self.run = run
        self.call = call
        self.source = source
        self.state = state
        self.revocability = revocability
        self.begun = begun
        expires = time("expires")
        ended = time("ended")
        version = record.version
    }

    /// To be created, or to replace the one that it was read from.
    package var record: StateRecord {
        var body: JSONObject = [
            "call": .string(call), "source": .string(source), "revocability": .string(revocability.rawValue),
            "begun": .string(begun.description),
        ]
        body["expires"] = expires.map { .string($0.description) }
        body["ended"] = ended.map { .string($0.description) }
        return StateRecord(
            .lease, id, run: run, state: state.rawValue, body: .object(body), version: version, changed: begun)
    }
}
