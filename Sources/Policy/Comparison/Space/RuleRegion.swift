/// The calls that a rule is about, and the calls that it denies because it cannot be evaluated.
struct RuleRegion: Sendable {
    let rule: CompiledRule
    /// All constraints hold, and the condition by one of its alternatives.
    let matched: [Box]
    /// Those of them that its budgets can count and, taken alone, have room for.
    let offered: [Box]
    /// The calls that are denied on account of the rule, whatever other rules say: for a deny rule those that it matches
    /// or cannot tell, for others those that it cannot tell. See `Answer`.
    let blocked: [Box]
}
