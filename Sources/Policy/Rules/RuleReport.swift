import Manifests
import StrictJSON

/// What became of one rule in one decision.
package struct RuleReport: Hashable, Sendable {
    /// 0-based position among the intent's rules.
    package let index: Int
    /// 1-based line in the intent's file.
    package let line: Int
    package let effect: Intent.Effect
    package let tool: ToolPattern
    package let outcome: Outcome
    /// Short, for a terminal, with user input in backticks.
    package let why: String

    /// What became of a rule.
    package enum Outcome: Hashable, Sendable {
        case matched
        case notMatched
        /// It matches, and its budget is used up: it does not allow.
        case budgetUsedUp
        /// It could not be evaluated, and so denies.
        case error
    }

    /// Whether the call is one that the rule is about.
    package var matched: Bool { outcome == .matched || outcome == .budgetUsedUp }

    package func json() -> JSON {
        [
            "index": .integer(Int64(index)), "effect": .string(effect.rawValue), "tool": .string(tool.text),
            "matched": .bool(matched), "why": .string(why),
        ]
    }

    /// The rule's name in a sentence: "rule 3 (line 12, `allow git.*`)".
    var name: String { "rule \(index + 1) (line \(line), `\(effect.rawValue) \(tool.text)`)" }
}
