import Diagnostics
import StrictJSON

/// One mapping of budgets as it stands in a manifest: several that share a `per`.
private struct BudgetMapping: Sendable {
    var calls: Int?
    var time: Duration?
    var sum: [String]?
    var distinct: [String]?
    var max: JSON?
    var bytes: ByteCount?
    var per: Duration?

    /// Everything but the time.
    var budgets: [Budget] {
        var all: [Budget] = []
        if let calls { all.append(Budget(.calls(calls), per: per)) }
        if let sum, let max { all.append(Budget(.sum(sum, max: max), per: per)) }
        if let distinct, let max = max?.integerValue {
            all.append(Budget(.distinct(distinct, max: Int(max)), per: per))
        }
        if let bytes { all.append(Budget(.bytes(bytes), per: per)) }
        return all
    }

    static let ofRule: Shape<BudgetMapping> = object(
        "a mapping of budgets",
        calls("Calls that the rule allows."), sum, distinct, maximum, bytes, per
    ) { BudgetMapping(calls: $0, sum: $1, distinct: $2, max: $3, bytes: $4, per: $5) }
    .describing(["anyOf": alternatives(["calls", "sum", "distinct", "bytes"])])
    .checked { check($0, counted: ["calls", "sum", "distinct", "bytes"], $1, &$2) }

    static let ofTask: Shape<BudgetMapping> = object(
        "a mapping of budgets",
        calls("Calls of the whole task."),
        optional("time", .duration, "Wall-clock time since the start."), sum, distinct, maximum, bytes, per
    ) { BudgetMapping(calls: $0, time: $1, sum: $2, distinct: $3, max: $4, bytes: $5, per: $6) }
    .describing(["anyOf": alternatives(["calls", "time", "sum", "distinct", "bytes"])])
    .checked { check($0, counted: ["calls", "time", "sum", "distinct", "bytes"], $1, &$2) }

    private static func alternatives(_ names: [String]) -> JSON { .array(names.map { ["required": [.string($0)]] }) }

    // MARK: Keys

    private static func calls(_ description: String) -> Key<Int?> {
        optional("calls", .integer(1...1_000_000_000), description)
    }

    private static let argument = Shape<[String]>.text(
        "an argument such as `args.amount`", pattern: BudgetArgument.pattern, length: 1...256,
        suggest: { BudgetArgument.advice($0) }
    ) { BudgetArgument.parse($0) }

    private static let sum = optional("sum", argument, "A numeric argument whose sum is at most `max`.")
    private static let distinct = optional(
        "distinct", argument, "An argument that has at most `max` different values; of a list each element counts.")
    private static let maximum = optional("max", Shape<JSON>.number, "The most of `sum` or `distinct`.")
    private static let bytes = optional(
        "bytes", .size(), "Bytes that the calls write to their standard output and error.")
    private static let per = optional(
        "per", .duration, "The sliding time in which it counts. Unset means the whole task.")

    // MARK: What no schema can express

    private static func check(
        _ mapping: BudgetMapping, counted: [String], _ located: Located, _ decoding: inout Decoding
    ) {
        let words = VisibleText.list(counted, conjunction: "or")
        if mapping.budgets.isEmpty, mapping.time == nil, mapping.sum == nil, mapping.distinct == nil {
            decoding.report(.missingKey, at: located.position, "one of \(words) is missing")
        }
        if mapping.per != nil, mapping.budgets.isEmpty, mapping.time != nil {
            decoding.report(
                .contradiction, in: located, at: ["per"], "`time` counts from the start, and has no `per`")
        }
        if mapping.sum != nil, mapping.distinct != nil {
            decoding.report(
                .contradiction, in: located, at: ["distinct"], "`sum` and `distinct` cannot share one `max`",
                suggestion: "write two budgets, as a list")
            return
        }
        checkMaximum(mapping, located, &decoding)
    }

    private static func checkMaximum(_ mapping: BudgetMapping, _ located: Located, _ decoding: inout Decoding) {
        guard let word = mapping.sum != nil ? "sum" : mapping.distinct != nil ? "distinct" : nil else {
            if mapping.max != nil {
                decoding.report(
                    .contradiction, in: located, at: ["max"], "`max` is the most of a `sum` or of `distinct` values",
                    suggestion: "add `sum: args.NAME`, or write `calls` or `bytes`")
            }
            return
        }
        guard let maximum = mapping.max else {
            decoding.report(.missingKey, at: located.position, "the key `max` is missing: `\(word)` needs one")
            return
        }
        if word == "sum", (maximum.numberValue ?? -1) < 0 {
            decoding.report(
                .invalidValue, in: located, at: ["max"],
                "expected a number that is not negative, found `\(maximum.encodedString())`")
        }
        if word == "distinct", !(1...100_000).contains(maximum.integerValue ?? 0) {
            decoding.report(
                .invalidValue, in: located, at: ["max"],
                "expected a whole number from 1 to 100000, found `\(maximum.encodedString())`")
        }
    }
}

extension Shape where Value == [Budget] {
    /// Of a rule: a mapping, or a list of them.
    static var ruleBudgets: Shape {
        BudgetMapping.ofRule.orList("a mapping of budgets, or a list of them", count: 1...16).map { mappings in
            mappings.flatMap(\.budgets)
        }
    }
}

extension Shape where Value == TaskBudget {
    /// Of an intent: a mapping, or a list of them.
    static var taskBudget: Shape {
        BudgetMapping.ofTask.orList("a mapping of budgets, or a list of them", count: 1...16).checked {
            mappings, located, decoding in
            for (index, mapping) in mappings.enumerated().dropFirst()
            where mapping.time != nil && mappings.prefix(index).contains(where: { $0.time != nil }) {
                decoding.report(.contradiction, in: located, at: [.index(index), "time"], "`time` stands here twice")
            }
        }.map { mappings in
            var budget = TaskBudget()
            for mapping in mappings {
                budget.time = budget.time ?? mapping.time
                for limit in mapping.budgets {
                    if case .calls(let calls) = limit.quantity, limit.per == nil, budget.calls == nil {
                        budget.calls = calls
                    } else {
                        budget.limits.append(limit)
                    }
                }
            }
            return budget
        }
    }
}
