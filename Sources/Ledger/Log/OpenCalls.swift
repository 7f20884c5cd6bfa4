/// What names a call within the ledger.
struct CallKey: Hashable, Sendable {
    let run: String
    let call: String
}

/// The calls that were allowed and have not ended, kept up to date entry by entry.
struct OpenCalls: Sendable {
    private(set) var decisions: [CallKey: LogPosition] = [:]

    func contains(_ call: CallKey) -> Bool { decisions[call] != nil }

    /// Takes a call back from a mark.
    mutating func restore(_ call: CallKey, _ position: LogPosition) { decisions[call] = position }

    /// Takes in the entry at `position`.
    mutating func note(_ payload: UnsafeRawBufferPointer, at position: LogPosition) {
        let headline = EntryHeadline(canonical: payload)
        guard let run = headline.run, let call = headline.call else { return }
        switch headline.kind {
        case DecidedEntry.kind where headline.effect == DecidedEntry.allowed:
            decisions[CallKey(run: run, call: call)] = position
        case EndedEntry.kind:
            decisions[CallKey(run: run, call: call)] = nil
        default:
            break
        }
    }
}
