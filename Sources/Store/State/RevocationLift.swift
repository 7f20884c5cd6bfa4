import LinuxIO
import StrictJSON

/// Revocations of a tool or of a principal that count no more: those up to an epoch.
package struct RevocationLift: Hashable, Sendable {
    package let scope: RevocationScope
    package let epoch: Int64
    package let by: String

    package init(scope: RevocationScope, epoch: Int64, by: String) {
        self.scope = scope
        self.epoch = epoch
        self.by = by
    }

    private static let state = "lifted"
    private var key: String { scope.json.encodedString() }
    private var body: JSON { ["scope": scope.json, "epoch": .integer(epoch), "by": .string(by)] }

    /// Nil if the record is none of a lift.
    init?(_ record: StateRecord) {
        guard record.kind == .lift, let scope = record.body["scope"].flatMap({ RevocationScope($0) }),
            let epoch = record.body["epoch"]?.integerValue, let by = record.body["by"]?.stringValue
        else { return nil }
        self.init(scope: scope, epoch: epoch, by: by)
    }

    /// Puts it on record, in place of an earlier one.
    package func keep(in store: any StateStore) async throws(StoreError) {
        while true {
            guard var found = try await store.record(.lift, key) else {
                do {
                    _ = try await store.create(StateRecord(.lift, key, run: nil, state: Self.state, body: body))
                    return
                } catch {
                    // Somebody else was faster.
                    guard try await store.record(.lift, key) != nil else { throw error }
                    continue
                }
            }
            found.body = body
            if try await store.replace(found) { return }
        }
    }
}

extension StateRecord.Kind {
    /// What was revoked and given back: `RevocationLift`.
    package static let lift = StateRecord.Kind(rawValue: "lift")
}

extension StateStore {
    /// Everything that was given back, by its scope the epoch up to which.
    package func lifts() async throws(StoreError) -> [RevocationScope: Int64] {
        var lifts: [RevocationScope: Int64] = [:]
        for record in try await records(StateQuery(.lift)) {
            guard let lift = RevocationLift(record) else {
                throw StoreError(.stateDamaged, "the store's record of what was given back is damaged")
            }
            lifts[lift.scope] = max(lifts[lift.scope] ?? 0, lift.epoch)
        }
        return lifts
    }
}
