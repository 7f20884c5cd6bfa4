import Manifests
import StrictJSON

/// Makes calls of places in the space, and decides them under both intents.
struct WitnessMaker {
    let space: CallSpace
    let first: CompiledIntent
    let second: CompiledIntent

    /// Calls that are made of one place before it is given up.
    private static let maximumTries = 24
    /// Calls that a budget is filled with.
    static let maximumRepeats = 1_000_000

    /// Which of the two lets more through.
    enum Direction: Hashable, Sendable {
        case gained, lost
    }

    /// A call of the box that is decided as the direction says, at once or when one of the budgets is used up; nil if
    /// none was found.
    func witness(in box: Box, _ direction: Direction, budgets: [CompiledBudget] = []) -> Witness? {
        for call in calls(in: box) {
            if let witness = decided(call, [], direction) { return witness }
            for budget in budgets {
                guard let draining = draining(budget, by: call) else { continue }
                if let witness = decided(call, draining, direction) { return witness }
            }
        }
        return nil
    }

    /// A call of one box that is decided so after calls of another have used up a budget.
    func witness(in box: Box, after other: Box, using budget: CompiledBudget, _ direction: Direction) -> Witness? {
        for earlier in calls(in: other).prefix(3) {
            guard let draining = draining(budget, by: earlier) else { continue }
            for call in calls(in: box).prefix(3) {
                if let witness = decided(call, draining, direction) { return witness }
            }
        }
        return nil
    }

    /// Different values that a budget of such is filled with.
    private static let maximumValues = 64

    /// Calls like this one that use up a budget.
    private func draining(_ budget: CompiledBudget, by call: Candidate) -> [Draining]? {
        switch budget.quantity {
        case .calls(let calls):
            return calls > 0 && calls <= Self.maximumRepeats ? [Draining(call: call, times: calls)] : nil
        case .bytes(let bytes): return [Draining(call: call, times: 1, bytes: bytes)]
        case .sum(let argument, let maximum):
            guard let value = call.arguments.value(at: argument), let amount = ExactAmount(value), amount > .zero else {
                return nil
            }
            let times = maximum.units / amount.units
            return times > 0 && times <= Int128(Self.maximumRepeats) ? [Draining(call: call, times: Int(times))] : nil
        case .distinct(let argument, let maximum):
            guard maximum > 0, maximum <= Self.maximumValues else { return nil }
            let others = (0..<maximum).compactMap { call.with(other: $0, at: argument, in: space.tool) }
            return others.count == maximum ? others.map { Draining(call: $0, times: 1) } : nil
        }
    }

    /// Calls that are made before.
    private struct Draining {
        let call: Candidate
        let times: Int
        var bytes: Int?
    }

    // MARK: Making

    private struct Candidate: Hashable {
        let arguments: JSON
        let links: [String: String]
        let call: PolicyCall
        let circumstances: Circumstances

        /// The call with another value: one of so many that are different.
        func with(other number: Int, at pointer: [String], in tool: PolicyTool) -> Candidate? {
            guard pointer.count == 1, var object = arguments.objectValue, let value = object[pointer[0]] else {
                return nil
            }
            switch value {
            case .string(let text): object[pointer[0]] = .string(text + String(repeating: "a", count: number + 1))
            case .integer(let integer):
                let (other, overflows) = integer.addingReportingOverflow(Int64(number) + 1)
                if overflows { return nil }
                object[pointer[0]] = .integer(other)
            default: return nil
            }
            guard tool.inputSchema.accepts(.object(object)) else { return nil }
            var paths = call.resolvedPaths
            if case .string(let text)? = object[pointer[0]], paths[pointer] != nil {
                paths[pointer] = Sample.lexical(text)
            }
            return Candidate(
                arguments: .object(object), links: [:],
                call: PolicyCall(tool: tool.name, arguments: .object(object), resolvedPaths: paths),
                circumstances: circumstances)
        }

        static func == (left: Self, right: Self) -> Bool {
            left.arguments == right.arguments && left.links == right.links
                && left.circumstances == right.circumstances
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(arguments)
            hasher.combine(links)
            hasher.combine(circumstances)
        }
    }

    /// Valid calls in the box: first those without links and with few arguments.
    private func calls(in box: Box) -> [Candidate] {
        let choices = zip(space.dimensions, box.sets).map { dimension, set in Self.choices(dimension, set) }
        guard choices.allSatisfy({ !$0.isEmpty }) else { return [] }
        var found: [Candidate] = []
        for round in 0..<Self.maximumTries {
            // The first of each; then each other of one dimension at a time; then all at once.
            let samples = choices.enumerated().map { index, samples in
                let step = round == 0 ? 0 : round % (choices.count + 1) == index ? (round / (choices.count + 1)) + 1 : 0
                return samples[(round >= Self.maximumTries / 2 ? round + index : step) % samples.count]
            }
            if let candidate = candidate(samples), !found.contains(candidate) { found.append(candidate) }
        }
        return found.filter(\.links.isEmpty) + found.filter { !$0.links.isEmpty }
    }

    /// One answer to the question of one dimension.
    private enum Choice {
        case sample(Sample)
        case number(Int)
    }

    private static func choices(_ dimension: Dimension, _ set: ClassSet) -> [Choice] {
        guard case .values(let classes, _) = dimension.answers else {
            return set.members.sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }.prefix(8).map {
                .number($0)
            }
        }
        let samples = set.members.prefix(8).map { classes.classes[$0].samples }
        // One of each class, then the others.
        return (samples.compactMap(\.first) + samples.flatMap { $0.dropFirst() }).map { .sample($0) }
    }

    private func candidate(_ choices: [Choice]) -> Candidate? {
        var values: [(pointer: [String], value: JSON?)] = []
        var links: [[String]: String] = [:]
        for (dimension, choice) in zip(space.dimensions, choices) {
            if case .unnamedArguments = dimension.question, case .number(1) = choice {
                values.append(space.closure.example)
            }
            guard case .argument(let pointer) = dimension.question, case .sample(let sample) = choice else { continue }
            values.append((pointer, sample.value))
            for (tokens, path) in sample.links { links[pointer + tokens] = path }
        }
        guard let arguments = ArgumentsBuilder(space.tool.inputSchema.source).arguments(values),
            space.tool.inputSchema.accepts(arguments)
        else { return nil }
        let name = space.tool.name
        var paths: [[String]: ResolvedPathFact] = [:]
        let asked = first.pathArguments(of: name, in: arguments) + second.pathArguments(of: name, in: arguments)
        for pointer in asked {
            guard let text = arguments.value(at: pointer)?.stringValue else { continue }
            paths[pointer] = links[pointer].map { .resolved($0) } ?? Sample.lexical(text)
        }
        let used = links.filter { paths[$0.key] != nil && paths[$0.key] != lexical(arguments, $0.key) }
        return Candidate(
            arguments: arguments,
            links: Dictionary(used.map { (Pointer.name($0.key), $0.value) }) { first, _ in first },
            call: PolicyCall(tool: name, arguments: arguments, resolvedPaths: paths),
            circumstances: circumstances(choices, arguments))
    }

    private func circumstances(_ choices: [Choice], _ arguments: JSON) -> Circumstances {
        var circumstances = Circumstances()
        for (dimension, choice) in zip(space.dimensions, choices) {
            guard case .number(let number) = choice else { continue }
            switch (dimension.question, dimension.answers) {
            case (.succeeded(let pattern), _) where number == 1:
                if let tool = tool(matching: ToolPattern(pattern)) { circumstances.succeeded.append(tool) }
            case (.begun(let pattern), _) where number == 1:
                if let tool = tool(matching: ToolPattern(pattern)) { circumstances.begun.append(tool) }
            case (.sources(let pointer), .sources(let keys)):
                guard let value = arguments.value(at: pointer) else { continue }
                for (index, key) in keys.enumerated() where number & (1 << index) != 0 {
                    guard case .tool(let source) = key, let tool = tool(matching: source.tool) else { continue }
                    value.forEachValue {
                        circumstances.returned.append(
                            Circumstances.Returned(tool: tool, pointer: source.pointer, value: $0))
                    }
                }
            default: continue
            }
        }
        return circumstances
    }

    private func tool(matching pattern: ToolPattern?) -> ToolName? {
        guard let pattern else { return nil }
        return Set(first.tools.keys).union(second.tools.keys).sorted().first {
            pattern.matches($0) && $0 != space.tool.name
        }
            ?? (pattern.matches(space.tool.name) ? space.tool.name : nil)
    }

    private func lexical(_ arguments: JSON, _ pointer: [String]) -> ResolvedPathFact? {
        arguments.value(at: pointer)?.stringValue.map { Sample.lexical($0) }
    }

    // MARK: Deciding

    private func decided(_ call: Candidate, _ earlier: [Draining], _ direction: Direction) -> Witness? {
        let decisions = (before: Self.decision(call, earlier, first), after: Self.decision(call, earlier, second))
        let (before, after) = (decisions.before.effect, decisions.after.effect)
        var isSo = direction == .gained ? after.strictness < before.strictness : before.strictness < after.strictness
        var approvals: Witness.Approvals?
        if let one = NeededApprovals(decisions.before, first), let two = NeededApprovals(decisions.after, second) {
            isSo = direction == .gained ? two.isWeaker(than: one) : one.isWeaker(than: two)
            approvals = Witness.Approvals(before: one.words, after: two.words)
        }
        guard isSo else { return nil }
        return Witness(
            tool: space.tool.name, arguments: call.arguments, links: call.links,
            earlier: earlier.map { Witness.Earlier(arguments: $0.call.arguments, times: $0.times, bytes: $0.bytes) },
            circumstances: call.circumstances.words, before: before, after: after, approvals: approvals)
    }

    /// What the call comes to in a run that made the earlier calls, as far as they went ahead.
    private static func decision(_ call: Candidate, _ earlier: [Draining], _ intent: CompiledIntent) -> Decision {
        let start = intent.quietMoment
        var state = call.circumstances.state(intent, startedAt: start)
        for draining in earlier {
            let decision = intent.decide(draining.call.call, state: state, now: start)
            // Nothing but budgets remembers a call, and a budget that was drawn on too often is used up.
            for _ in 0..<draining.times {
                let reservation = state.reserve(decision)
                guard let bytes = draining.bytes else { continue }
                state.settle(reservation, .ended(succeeded: true, bytes: bytes, labels: [], reading: nil))
            }
        }
        return intent.decide(call.call, state: state, now: start)
    }
}

extension CompiledIntent {
    /// A moment at which the task neither has ended nor is due for a review, if there is one.
    var quietMoment: Instant {
        var latest = Int64.max
        if let reviewBy { latest = min(latest, reviewBy.secondsSince1970) }
        if case .at(let seconds) = expires { latest = min(latest, seconds) }
        return Instant(secondsSince1970: latest == .max ? 0 : latest &- 1)
    }
}

extension Intent.Effect {
    /// Deny beats approve beats allow.
    var strictness: Int {
        switch self {
        case .allow: 0
        case .approve: 1
        case .deny: 2
        }
    }
}
