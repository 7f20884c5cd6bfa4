import Manifests

/// What has to have happened in a run, and what not, for a rule to match.
struct RuleOrder: Hashable, Sendable {
    /// Of each a call has ended with success.
    let after: [ToolPattern]
    /// Of none was a call allowed.
    let before: [ToolPattern]

    var isEmpty: Bool { after.isEmpty && before.isEmpty }

    /// Why it does not hold; nil if it does. The hint is for the agent.
    func obstacle(_ state: TaskState) -> Obstacle? {
        if let missing = after.first(where: { !state.hasSucceeded($0) }) {
            return Obstacle(
                why: "no call of `\(missing.text)` has succeeded before",
                hint: "another call has to come before it", isError: false)
        }
        if let begun = before.first(where: state.hasBegun) {
            return Obstacle(
                why: "a call of `\(begun.text)` was allowed before", hint: "it comes too late in this task",
                isError: false)
        }
        return nil
    }

    func holds(_ state: TaskState) -> Bool {
        after.allSatisfy(state.hasSucceeded) && !before.contains(where: state.hasBegun)
    }
}
