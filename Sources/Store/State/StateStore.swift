import StrictJSON

/// What several processes of one or more hosts have to agree on: runs, requests for approvals and their answers,
/// leases, and what was revoked. The embedded backend is `SQLiteStateStore`; a fleet brings another.
///
/// A backend is correct if `StateStoreConformance` passes on it. The contract:
///
/// - What a call has returned is durable, and every later call of any process sees it.
/// - `replace` is compare-and-swap on the record's version: of any number of concurrent ones exactly one succeeds.
/// - Epochs and fencing tokens only grow, also when what they belonged to was removed. A key is used for one record:
///   versions say nothing of one that was removed and made again.
/// - What cannot be read or written is an error, never an absent record: whoever asks denies then.
///
/// ```swift
/// guard var request = try await store.record(.approval, "a1b2") else { … }
/// request.state = "consumed"
/// guard try await store.replace(request) else { /* somebody else was faster */ }
/// ```
package protocol StateStore: Sendable {
    /// Adds a record; its version becomes 1.
    ///
    /// - Parameter limit: Refused if the run has so many records of this kind and state already.
    /// - Throws: `.stateConflict` if there is one of that kind and key, `.stateFull` beyond the limit, `.stateFenced` if a
    ///   later token than `fence` was given out.
    func create(
        _ record: StateRecord, fence: FencingToken?, limit: Int?
    ) async throws(StoreError) -> StateRecord

    /// Adds a record and takes a fence at once: what begins is fenced from its beginning.
    func begin(_ record: StateRecord, fencing name: String) async throws(StoreError) -> FencingToken

    /// The record of that key; nil if there is none.
    func record(_ kind: StateRecord.Kind, _ key: String) async throws(StoreError) -> StateRecord?

    /// Those that match, by key.
    func records(_ query: StateQuery) async throws(StoreError) -> [StateRecord]

    /// Replaces state and body if the record's version is still that of `record`; the version grows by one. False if
    /// it is not, or if the record is gone.
    ///
    /// - Parameters:
    ///   - fence: Refused with `.stateFenced` if a later token of that name was given out.
    ///   - epoch: False as well if anything was revoked after that epoch: look at what, and try again.
    func replace(_ record: StateRecord, fence: FencingToken?, epoch: Int64?) async throws(StoreError) -> Bool

    /// Removes records whose time is over: those of the kind and state that were last written before `time`.
    func removeRecords(_ kind: StateRecord.Kind, in state: String, before time: Int64) async throws(StoreError)

    /// A token that fences off every earlier one of that name.
    func takeFence(_ name: String) async throws(StoreError) -> FencingToken

    /// Puts a revocation on record; its epoch is greater than that of every earlier one.
    func revoke(_ scope: RevocationScope, by: String, reason: String?) async throws(StoreError) -> Revocation

    /// The epoch of the last revocation; 0 before the first.
    func revocationEpoch() async throws(StoreError) -> Int64

    /// Those after an epoch, in their order.
    func revocations(after epoch: Int64) async throws(StoreError) -> [Revocation]

    /// Tells whenever any process may have changed something: at once the first time, within 100 ms of a change, and
    /// now and then without one. It says that something changed, not what.
    func changes() throws(StoreError) -> StateChanges
}

extension StateStore {
    package func create(_ record: StateRecord, fence: FencingToken? = nil) async throws(StoreError) -> StateRecord {
        try await create(record, fence: fence, limit: nil)
    }

    package func replace(_ record: StateRecord, fence: FencingToken? = nil) async throws(StoreError) -> Bool {
        try await replace(record, fence: fence, epoch: nil)
    }
}

/// Which records to look for.
package struct StateQuery: Hashable, Sendable {
    package var kind: StateRecord.Kind
    package var run: String?
    package var state: String?
    /// At most so many.
    package var limit: Int?

    package init(_ kind: StateRecord.Kind, run: String? = nil, state: String? = nil, limit: Int? = nil) {
        self.kind = kind
        self.run = run
        self.state = state
        self.limit = limit
    }
}
