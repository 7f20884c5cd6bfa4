import StrictJSON

/// What a task may do. `kind: Intent`.
package struct Intent: Hashable, Sendable {
    package var name: String
    package var purpose: String
    /// The person accountable for the task.
    package var principal: String
    /// What the principal calls the agent.
    package var agent: String?
    package var expires: Expiry?
    /// From this day on (UTC) `allow` counts as `approve` until somebody reviewed the intent.
    package var reviewBy: CalendarDate?
    /// The workspace, as written: relative to the manifest's folder, or absolute.
    package var workspace: String?
    /// Where the agent itself may connect to.
    package var models: [ModelEndpoint]
    /// Values that a person supplied, by name: the one provenance that needs no tool.
    package var inputs = JSONObject()
    package var rules: [Rule]
    package var budget: TaskBudget

    /// When the task ends by itself.
    package enum Expiry: Hashable, Sendable {
        /// This long after the run's start.
        case after(Duration)
        /// Seconds since 1970.
        case at(Int64)
    }

    /// One rule. Order never matters.
    package struct Rule: Hashable, Sendable {
        package var effect: Effect
        package var tool: ToolPattern
        /// Constraints by argument: a name, or a JSON pointer (starting with `/`) into the arguments.
        package var constraints: [ArgumentConstraint]
        /// What is asked of the arguments that the rule does not name; nil: nothing.
        package var otherArguments: OtherArguments?
        /// `when`; holds if it is true.
        package var condition: ConditionSource?
        /// Each of these was called in this run, with success.
        package var after: [ToolPattern] = []
        /// No call of these was allowed in this run.
        package var before: [ToolPattern] = []
        package var budgets: [Budget] = []
        /// Whose approval counts; only of `approve`.
        package var approval: ApprovalTerms?
        /// Labels that an approval takes from the run; only of `approve`.
        package var declassified: [Label] = []
        package var reason: String?
        package var tests: RuleTests
        /// Where the rule stands: 1-based, for messages.
        package var line: Int
        /// 0-based position among the intent's rules.
        package var index: Int
    }

    /// `otherArgs`: what a rule asks of the arguments that it names neither in `args` nor in `when` nor in `budget`.
    package enum OtherArguments: String, Hashable, Sendable, CaseIterable {
        /// They are not given, or have the value that the tool's schema gives to what is not given.
        case absent
    }

    /// Deny beats approve beats allow.
    package enum Effect: String, Hashable, Sendable, CaseIterable {
        case allow, approve, deny
    }
}

extension Intent.Rule {
    /// Allows so many calls of one tool that satisfy the constraints and have no other arguments.
    package init(allowing tool: ToolName, _ constraints: [ArgumentConstraint], calls: Int) {
        self.init(
            effect: .allow, tool: ToolPattern(exactly: tool), constraints: constraints, otherArguments: .absent,
            budgets: [Budget(.calls(calls))], tests: RuleTests(match: [], noMatch: []), line: 1, index: 0)
    }
}

/// Constraints on one argument; all of them have to hold.
package struct ArgumentConstraint: Hashable, Sendable {
    /// Reference tokens of RFC 6901: `["path"]` for both `path` and `/path`.
    package var pointer: [String]
    package var constraints: [Constraint]

    package init(pointer: [String], constraints: [Constraint]) {
        self.pointer = pointer
        self.constraints = constraints
    }
}

/// One typed constraint. An argument that is absent satisfies only `absent: true` and what is `optional`.
package indirect enum Constraint: Hashable, Sendable {
    case equals(JSON)
    case oneOf([JSON])
    /// A regular expression in RE2's syntax that has to match the whole text.
    case matches(String)
    /// Paths relative to the workspace: the canonical path of the argument is one of them or beneath one of them.
    case under([String])
    /// Host names: `example.com` itself, `*.example.com` any name beneath it.
    case host([String])
    /// Address ranges: `10.0.0.0/8`, `fd00::/8`.
    case cidr([String])
    case max(JSON)
    case min(JSON)
    /// Of a string in Unicode scalars, of an array in elements, of an object in members.
    case length(min: Int?, max: Int?)
    /// Holds of every element of an array.
    case each([Constraint])
    case absent(Bool)
    /// `optional: true` beside others: the argument is absent, or satisfies all of these.
    case ifPresent([Constraint])
    /// Comes from one of these. Of an array or object each scalar does.
    case from([ProvenanceSource])
}

/// `budget: {calls: 500, time: 2h}` of an intent, or a list of such mappings.
package struct TaskBudget: Hashable, Sendable {
    package var calls: Int?
    /// Wall clock since the run's start.
    package var time: Duration?
    /// All others: a call has to fit each. A sum or a count of values is about the calls that have the argument.
    package var limits: [Budget] = []
}

/// `tests: {match: [...], noMatch: [...]}` of a rule: arguments, checked when the intent is loaded.
package struct RuleTests: Hashable, Sendable {
    package var match: [JSON]
    package var noMatch: [JSON]
}

/// A day of the Gregorian calendar, `2027-06-01`.
package struct CalendarDate: Hashable, Sendable, CustomStringConvertible {
    package var year: Int
    package var month: Int
    package var day: Int
    /// Seconds since 1970 of the day's first moment in UTC.
    package var secondsSince1970: Int64

    package var description: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
