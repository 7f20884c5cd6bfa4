/// What became of one call, in the words of a timeline.
enum CallState: String, Sendable, Hashable, CaseIterable {
    /// A person is asked, and has not answered.
    case waiting
    /// It was allowed and has no end on record, and its run lives.
    case running
    /// The tool ended well.
    case done
    /// It was started, and something of that did not hold.
    case failed
    /// Nothing was started.
    case denied
    /// It was allowed, and its agentbox died over it.
    case unknown
}

/// What a call was, beside what became of it.
struct CallTraits: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    /// A person was asked.
    static let asked = CallTraits(rawValue: 1)
    /// A person said yes.
    static let approved = CallTraits(rawValue: 2)
    /// The sandbox refused something while it ran, or discarded what it left.
    static let refused = CallTraits(rawValue: 4)
    /// It changed the workspace.
    static let changed = CallTraits(rawValue: 8)
    /// Somebody broke the glass for it.
    static let breakGlass = CallTraits(rawValue: 16)
}
