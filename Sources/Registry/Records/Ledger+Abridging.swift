import Ledger
import StrictJSON

extension Ledger {
    /// Records the end of a call; one that does not fit into an entry in its abridged form. What has happened must be
    /// on record, however much there is to say of it.
    package func append(abridging entry: EndedEntry) async throws(LedgerError) {
        do throws(LedgerError) {
            try await append(entry)
        } catch {
            guard error.isEntryTooLarge else { throw error }
            var entry = entry
            entry.outcome = entry.outcome.abridged()
            try await append(entry)
        }
    }

    /// Records the end of a run in the same way.
    package func append(abridging entry: RunEndedEntry) async throws(LedgerError) {
        do throws(LedgerError) {
            try await append(entry)
        } catch {
            guard error.isEntryTooLarge else { throw error }
            var entry = entry
            entry.outcome = entry.outcome.abridged()
            try await append(entry)
        }
    }
}
