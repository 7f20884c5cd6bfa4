/// The calls that a rule is about, and the calls that it denies because it cannot be evaluated.
struct RuleRegion: Sendable {
    let rule: CompiledRule
    /// All conditions hold; nil if nothing satisfies them.
    let matched: Box?
    /// The calls that are denied on account of the rule, whatever other rules say: for a deny rule those that it matches
    /// or cannot tell, for others those that it cannot tell. See `Answer`.
    let blocked: [Box]
}
