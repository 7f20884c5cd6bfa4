/// Why a decision came out as it did: stable, machine-readable, in kebab case.
package struct DecisionCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    /// A rule allows the call.
    package static let allowed = Self(rawValue: "allowed")
    /// A rule asks for an approval, and people gave it.
    package static let approved = Self(rawValue: "approved")
    /// A rule asks for a person's approval.
    package static let approvalRequired = Self(rawValue: "approval-required")
    /// A rule asks for an approval, and nobody can give one.
    package static let approvalUnavailable = Self(rawValue: "approval-unavailable")
    /// A deny rule matches.
    package static let deniedByRule = Self(rawValue: "denied-by-rule")
    /// A rule could not be evaluated.
    package static let ruleError = Self(rawValue: "rule-error")
    /// No rule allows the call.
    package static let noRule = Self(rawValue: "no-rule")
    /// The rules that would allow the call have used up their budgets.
    package static let ruleBudgetUsedUp = Self(rawValue: "rule-budget-used-up")
    /// The task has used up its calls.
    package static let callBudgetUsedUp = Self(rawValue: "call-budget-used-up")
    /// The call is beyond another of the task's budgets.
    package static let taskBudgetUsedUp = Self(rawValue: "task-budget-used-up")
    /// The call cannot be counted against a budget of the task.
    package static let taskBudgetError = Self(rawValue: "task-budget-error")
    /// The task has used up its time.
    package static let timeBudgetUsedUp = Self(rawValue: "time-budget-used-up")
    /// The task's end has come.
    package static let taskExpired = Self(rawValue: "task-expired")
    /// There is no such tool.
    package static let unknownTool = Self(rawValue: "unknown-tool")
    /// The arguments violate the tool's schema.
    package static let invalidArguments = Self(rawValue: "invalid-arguments")
}
