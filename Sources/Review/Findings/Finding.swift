import Manifests
import StrictJSON

/// One thing that a person should look at.
package struct Finding: Sendable {
    package let kind: Kind
    /// 0-based position among the intent's rules; nil of what is about the task.
    package let rule: Int?
    package let text: String
    /// A rule that would save questions, as it would stand in the manifest. It allows more than now: never among what is
    /// proposed, for a person to decide.
    package var suggestion: String?
    /// What would be narrower; nil where there is nothing to propose.
    var edit: IntentEdit?
    /// Why the edit is not among what is proposed; nil if it is, or if there is none.
    package var whyNot: String?

    init(_ kind: Kind, rule: Int? = nil, _ text: String, edit: IntentEdit? = nil, suggestion: String? = nil) {
        self.kind = kind
        self.rule = rule
        self.text = text
        self.edit = edit
        self.suggestion = suggestion
    }

    /// What it is about.
    package enum Kind: String, Sendable, CaseIterable {
        case reviewDue = "review-due"
        case reviewSoon = "review-soon"
        case noReviewDate = "no-review-date"
        case breakGlass = "break-glass"
        case neverUsed = "never-used"
        case widerThanUsed = "wider-than-used"
        case budgetLargerThanUsed = "budget-larger-than-used"
        case alwaysApproved = "always-approved"
        case alwaysRefused = "always-refused"
        case neverRan = "never-ran"
        /// The agent can send what it knows to its model endpoints.
        case modelEndpoints = "model-endpoints"
    }

    /// Whether a person has to do something about it now: what `--check` fails for.
    package var isDue: Bool { kind == .reviewDue || kind == .breakGlass }

    package var json: JSON {
        var object: JSONObject = ["kind": .string(kind.rawValue), "text": .string(text), "due": .bool(isDue)]
        object["rule"] = rule.map { .integer(Int64($0 + 1)) }
        object["suggestion"] = suggestion.map(JSON.string)
        object["notProposed"] = whyNot.map(JSON.string)
        return .object(object)
    }
}

/// A change of an intent that makes it narrower.
enum IntentEdit: Sendable {
    /// These in place of the rule, in canonical form; none removes it.
    case rule(Int, [JSON])
    /// A value in place of a member of the rule's `args`; nil where nothing is asked of the argument yet.
    case argument(Int, name: String, JSON)
    /// In place of a member of the rule.
    case ruleMember(Int, String, JSON)
    /// In place of a member of the intent.
    case member(String, JSON)
    /// In place of a member of a member of the intent.
    case budget(String, JSON)
}
