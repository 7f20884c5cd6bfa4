/// # Review
///
/// What was granted against what was used, over the ledger: rules that never matched, grants wider than anything that was
/// done, reviews that are due, approvals that are always given; and the manifest that would have been enough. Beside it:
/// which control answers which item of a standard, with the evidence counted from the same entries.
///
///     var survey = Survey()
///     while let record = try reader.next() { survey.add(try record.json(), at: record.index) }
///     let review = IntentReview(intent, survey.intents[digest], tools: tools, now: now)
package enum Review {
    /// So many uses show how a rule is used; fewer show nothing, and nothing narrower is proposed from them.
    package static let enoughUses = 3
    /// A bound that is so many times what was used is larger than it has to be.
    static let farTimes: Int64 = 4
    /// What is proposed in its place is so many times what was used.
    static let roomTimes: Int64 = 2
    /// How many days before a review it is announced.
    static let noticeDays: Int64 = 14
}
