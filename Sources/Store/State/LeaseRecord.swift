import LinuxIO
import Manifests
import StrictJSON

/// A credential that was issued for one call. Written before it is minted, so that a crash between leaves a record of
/// what may have to be revoked. It holds no secret.
package struct LeaseRecord: Hashable, Sendable {
    package let id: String
    package let run: String
    package let call: String
    /// The manifest's name of where it comes from.
    package let source: String
    package let tool: String
    /// What the tool calls it.
    package let credential: String
    /// What was asked for, in the source's words.
    package let scope: JSON
    package var state: State
    package let revocability: Revocability
    package let begun: Timestamp
    /// What the source has to know to end it; an empty object before it was minted.
    package var details: JSON
    /// When it dies by itself, or would if it was issued at the last moment; nil if it does not.
    package var expires: Timestamp?
    /// When nothing more could be done about it.
    package var ended: Timestamp?
    /// Why the last try to end it failed: then nothing is minted from its source until one works.
    package var failure: String?
    /// Its source said that it issued nothing: there is nothing that could come to be later.
    package var isUnissued = false
    private let version: Int64

    /// Only forward: `minting`, `live`, `dead`.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Asked for; whether it exists nobody knows.
        case minting
        case live
        /// Revoked and probed, or expired; or its source can do neither, and the ledger says how long it stays good.
        case dead
    }

    package init(
        id: String, run: String, call: String, source: String, tool: String = "", credential: String = "",
        scope: JSON = .object([:]), revocability: Revocability, begun: Timestamp = .now(), expires: Timestamp? = nil
    ) {
        self.id = id
        self.run = run
        self.call = call
        self.source = source
        self.tool = tool
        self.credential = credential
        self.scope = scope
        self.revocability = revocability
        self.begun = begun
        self.expires = expires
        details = .object([:])
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
        tool = body["tool"]?.stringValue ?? ""
        credential = body["credential"]?.stringValue ?? ""
        scope = body["scope"] ?? .object([:])
        details = body["details"] ?? .object([:])
        failure = body["failure"]?.stringValue
        isUnissued = body["unissued"] == true
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
            "call": .string(call), "source": .string(source), "tool": .string(tool),
            "credential": .string(credential), "scope": scope, "details": details,
            "revocability": .string(revocability.rawValue), "begun": .string(begun.description),
        ]
        body["expires"] = expires.map { .string($0.description) }
        body["ended"] = ended.map { .string($0.description) }
        body["failure"] = failure.map { .string($0) }
        if isUnissued { body["unissued"] = true }
        return StateRecord(
            .lease, id, run: run, state: state.rawValue, body: .object(body), version: version, changed: begun)
    }
}

extension StateStore {
    /// Leases that are not dead, of one source or of all.
    package func openLeases(of source: String? = nil) async throws(StoreError) -> [LeaseRecord] {
        var found: [LeaseRecord] = []
        for state in [LeaseRecord.State.minting, .live] {
            found += try await records(StateQuery(.lease, state: state.rawValue)).compactMap { LeaseRecord($0) }
        }
        return source.map { name in found.filter { $0.source == name } } ?? found
    }

    /// Changes the record of a lease, whatever other processes change meanwhile. Nil if there is no such lease.
    @discardableResult
    package func update(
        lease: String, _ change: @Sendable (inout LeaseRecord) -> Void
    ) async throws(StoreError) -> LeaseRecord? {
        while true {
            guard let found = try await record(.lease, lease), var lease = LeaseRecord(found) else { return nil }
            change(&lease)
            if try await replace(lease.record) { return lease }
        }
    }
}
