/// What names a call within the ledger.
struct CallKey: Hashable, Sendable {
    let run: String
    let call: String
}

/// The calls that were allowed and have not ended, kept up to date entry by entry.
struct OpenCalls: Sendable {
    /// Where the decision of each stands.
    private(set) var decisions: [CallKey: LogPosition] = [:]

    func contains(_ call: CallKey) -> Bool { decisions[call] != nil }

    mutating func apply(_ change: CallChange) { decisions[change.call] = change.decision }
}

/// What one entry does to the open calls.
struct CallChange: Sendable {
    let call: CallKey
    /// Where the entry stands that allows the call; nil if the entry ends it.
    let decision: LogPosition?

    init(_ call: CallKey, decision: LogPosition?) {
        self.call = call
        self.decision = decision
    }

    /// Nil if the entry at `position` neither allows nor ends a call.
    init?(_ headline: EntryHeadline, at position: LogPosition) {
        guard let run = headline.run, let call = headline.call else { return nil }
        switch headline.kind {
        case DecidedEntry.kind where headline.effect == DecidedEntry.allowed:
            self.init(CallKey(run: run, call: call), decision: position)
        case EndedEntry.kind:
            self.init(CallKey(run: run, call: call), decision: nil)
        default:
            return nil
        }
    }
}
