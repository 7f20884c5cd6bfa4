import Diagnostics
import Manifests
import StrictJSON

/// The rules that two intents have about one tool, without those that cannot matter to what is different about it.
struct RuleDifference {
    /// The rules that only one has.
    let removed: [CompiledRule]
    let added: [CompiledRule]
    /// The rules that are to be compared: those that are different, and those of both that may be about the same calls.
    let first: [CompiledRule]
    let second: [CompiledRule]

    /// True if some approval takes a label from the run that none took before.
    var declassifiesMore: Bool {
        !Set(added.flatMap(\.declassified)).isSubset(of: Set((removed + first).flatMap(\.declassified)))
    }

    var isEmpty: Bool { removed.isEmpty && added.isEmpty }

    init(_ first: [CompiledRule], _ second: [CompiledRule], of tool: PolicyTool) {
        let firstKeys = first.map { TextKey($0.key.encodedString()) }
        let secondKeys = second.map { TextKey($0.key.encodedString()) }
        let (inFirst, inSecond) = (Set(firstKeys), Set(secondKeys))
        let removed = zip(first, firstKeys).filter { !inSecond.contains($0.1) }.map(\.0)
        let added = zip(second, secondKeys).filter { !inFirst.contains($0.1) }.map(\.0)
        self.removed = removed
        self.added = added
        let different = removed + added
        if different.isEmpty {
            (self.first, self.second) = ([], [])
            return
        }
        // Equal rules: one of each is enough.
        var seen: Set<TextKey> = []
        var common: [CompiledRule] = []
        for (rule, key) in zip(first, firstKeys) where inSecond.contains(key) && seen.insert(key).inserted {
            common.append(rule)
        }
        let relevant = common.filter { rule in different.contains { !$0.excludes(rule, of: tool) } }
        // A budget is drawn on by every call that its rule is about, and so by rules that the difference does not touch.
        let limited = (different + relevant).filter { !$0.budgets.isEmpty }
        let more =
            limited.isEmpty
            ? relevant
            : common.filter { rule in
                (different + limited).contains { !$0.excludes(rule, of: tool) }
            }
        self.first = removed + more
        self.second = added + more
    }
}

extension CompiledRule {
    /// What the rule says, without its place in the file and without what has no bearing on a decision.
    var key: JSON {
        var object = JSONObject()
        object["effect"] = .string(effect.rawValue)
        let sorted = arguments.map { (Pointer.text($0.pointer), CompiledConstraint.key(of: $0.constraints)) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        object["args"] = .array(sorted.map { [.string($0.0), $0.1] })
        if let named { object["otherArgs"] = .array(named.map(\.text).sorted().map(JSON.string)) }
        if let condition { object["when"] = ConditionForm(condition).key }
        object["after"] = .array(order.after.map(\.text).sorted().map(JSON.string))
        object["before"] = .array(order.before.map(\.text).sorted().map(JSON.string))
        object["budgets"] = .array(budgets.map(\.sentence).sorted().map(JSON.string))
        if effect == .approve { object["by"] = .string(approval.words) }
        object["declassify"] = .array(declassified.map(\.rawValue).sorted().map(JSON.string))
        return .object(object)
    }

    /// The rule in one line, as it would stand in a manifest.
    var sentence: String {
        var text = "line \(line): \(effect.rawValue) \(tool.text)"
        if !arguments.isEmpty {
            let shown = arguments.map { argument in
                "\(argument.name) \(CompiledConstraint.key(of: argument.constraints).encodedString())"
            }
            text += " with " + VisibleText.line(shown.joined(separator: ", "), limit: 200)
        }
        if named != nil { text += arguments.isEmpty ? " without arguments" : " and no other arguments" }
        if let condition { text += " when \(VisibleText.line(condition.source, limit: 120))" }
        if !order.after.isEmpty { text += " after \(order.after.map(\.text).joined(separator: ", "))" }
        if !order.before.isEmpty { text += " before \(order.before.map(\.text).joined(separator: ", "))" }
        if approval != ApprovalTerms() { text += " by \(approval.words)" }
        for budget in budgets { text += ", \(budget.sentence)" }
        return text
    }

    /// True if no call can have to do with both rules: of one argument one of them names the values that it may have,
    /// and the other fails each of them. May be false where there is no such call.
    func excludes(_ other: CompiledRule, of tool: PolicyTool) -> Bool {
        for argument in arguments {
            for theirs in other.arguments where theirs.pointer == argument.pointer {
                if argument.excludes(theirs, of: tool) || theirs.excludes(argument, of: tool) { return true }
            }
        }
        return false
    }
}

extension CompiledBudget {
    /// How much it is, in words.
    var sentence: String {
        let amount =
            switch quantity {
            case .calls(let calls): "\(calls) call\(calls == 1 ? "" : "s")"
            case .sum(let argument, let maximum): "\(maximum) for the sum of `\(Pointer.name(argument))`"
            case .distinct(let argument, let maximum): "\(maximum) different values of `\(Pointer.name(argument))`"
            case .bytes(let bytes): "\(bytes) bytes of output"
            }
        return per.map { "\(amount) in \($0.words)" } ?? amount
    }
}

extension CompiledArgument {
    /// Values that are compared one by one.
    private static let maximumValues = 16

    fileprivate func excludes(_ other: CompiledArgument, of tool: PolicyTool) -> Bool {
        for constraint in constraints {
            let values: [JSON]
            switch constraint {
            case .equals(let value): values = [value]
            case .oneOf(let all, _) where all.count <= Self.maximumValues: values = all
            default: continue
            }
            // Only what needs no path and no source: where a text leads and comes from is not known here.
            let asked = other.constraints.map { $0.onValue(.ofOutputs) }.filter { !$0.asksForPath }
            var facts = CallFacts.ofValue(PolicyCall(tool: tool.name, arguments: [:]), tool)
            if values.allSatisfy({ value in
                asked.contains { $0.judge(value, at: pointer, &facts) == .fails }
            }) {
                return true
            }
        }
        return false
    }
}
