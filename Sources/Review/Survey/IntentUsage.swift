import LinuxIO
import StrictJSON

/// How one version of an intent was used.
package struct IntentUsage: Sendable {
    package let digest: String
    package let task: String
    package var principals: Set<String> = []
    package let first: Timestamp?
    package var last: Timestamp?
    package var runs = 0
    package var allowed = 0
    package var denied = 0
    /// The most calls that were allowed in one run.
    package var mostCalls = 0
    /// Of those that ended.
    package var longestRun = Duration.zero
    /// By their positions in the intent; only those that anything is on record of.
    package var rules: [Int: RuleUsage] = [:]
    /// Where the manifest was when a run began.
    /// By `host:port`: what the agent itself did with its model endpoints.
    package internal(set) var models: [String: ModelUsage] = [:]
    package var manifest: String?
    package var workspace: String?
    /// Different calls that were allowed, as far as they are kept: what a narrower intent has to allow still.
    package private(set) var calls: [UsedCall] = []
    /// True if there were more different calls than are kept.
    package private(set) var hasMoreCalls = false
    private var known: Set<UsedCall> = []

    /// Kept for the comparison with a narrower intent.
    static let mostCallsKept = 2000
    private static let longestArguments = 4 << 10

    package init(digest: String, task: String, first: Timestamp?) {
        self.digest = digest
        self.task = task
        self.first = first
    }

    /// A call that was allowed.
    package struct UsedCall: Hashable, Sendable {
        package let tool: String
        package let arguments: JSON
    }

    private static let mostModels = 64

    /// Counts what a run's end says of the endpoints. The numbers come from a file: their sum may be anything.
    mutating func countModels(_ outcome: JSON?) {
        for use in outcome?["models"]?.arrayValue ?? [] {
            guard let place = use["destination"]?.stringValue, let connections = use["connections"]?.integerValue,
                connections > 0, models[place] != nil || models.count < Self.mostModels
            else { continue }
            var usage = models[place] ?? ModelUsage()
            usage.connections &+= connections
            usage.up &+= use["up"]?.integerValue ?? 0
            usage.down &+= use["down"]?.integerValue ?? 0
            models[place] = usage
        }
    }

    mutating func remember(_ tool: String, _ arguments: JSON?) {
        guard let arguments, calls.count < Self.mostCallsKept, arguments.encoded().count <= Self.longestArguments else {
            hasMoreCalls = true
            return
        }
        let call = UsedCall(tool: tool, arguments: arguments)
        if known.insert(call).inserted { calls.append(call) }
    }
}

/// How a model endpoint was used, in all runs together.
package struct ModelUsage: Sendable {
    package var connections: Int64 = 0
    package var up: Int64 = 0
    package var down: Int64 = 0
}

/// How one rule was used: of `allow` and `approve` the calls that went ahead by it, of `deny` those that it stopped.
package struct RuleUsage: Sendable {
    package var uses = 0
    package var mostInRun = 0
    package var last: Timestamp?
    package var tools: [String: Int] = [:]
    /// By the argument's name.
    package var arguments: [String: ArgumentUsage] = [:]
    /// Uses whose arguments are not on record, or were erased.
    package var withoutArguments = 0
    package var approvals = ApprovalTally()

    private static let mostArguments = 64

    package init() {}

    mutating func use(_ tool: String, _ values: JSON?, at time: Timestamp?, inRun: Int) {
        uses += 1
        mostInRun = max(mostInRun, inRun)
        last = time ?? last
        tools[tool, default: 0] += 1
        guard let object = values?.objectValue else {
            withoutArguments += 1
            return
        }
        for (name, value) in object where arguments[name] != nil || arguments.count < Self.mostArguments {
            arguments[name, default: ArgumentUsage()].add(value)
        }
    }
}

/// Which values an argument had.
package struct ArgumentUsage: Sendable {
    /// Different ones.
    package private(set) var values: Set<JSON> = []
    /// In how many uses it was given.
    package private(set) var given = 0
    /// False if there were more values, or larger ones, than are kept: then nothing can be said of all.
    package private(set) var isComplete = true

    private static let mostValues = 512
    private static let longestValue = 1 << 10

    mutating func add(_ value: JSON) {
        given += 1
        guard isComplete else { return }
        guard value.encoded().count <= Self.longestValue, values.count < Self.mostValues else {
            isComplete = false
            values = []
            return
        }
        values.insert(value)
    }
}

/// What became of the approvals that a rule asked for.
package struct ApprovalTally: Sendable, Hashable {
    package var asked = 0
    package var allowed = 0
    package var denied = 0
    /// Expired, cancelled or void: nobody said anything.
    package var unanswered = 0

    package init() {}

    mutating func count(_ verdict: String) {
        switch verdict {
        case "allow": allowed += 1
        case "deny": denied += 1
        default: unanswered += 1
        }
    }

    package var answered: Int { allowed + denied }
}
