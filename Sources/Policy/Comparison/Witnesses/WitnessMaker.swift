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

    /// A call of the box that is decided as the direction says; nil if none was found.
    func witness(in box: Box, _ direction: Direction, repeats: [Int] = []) -> Witness? {
        for call in calls(in: box) {
            if let witness = decided(call, [], direction) { return witness }
            for times in repeats where times <= Self.maximumRepeats {
                if let witness = decided(call, [(call, times)], direction) { return witness }
            }
        }
        return nil
    }

    /// A call of one box that is decided so after calls of another.
    func witness(in box: Box, after other: Box, times: Int, _ direction: Direction) -> Witness? {
        guard times <= Self.maximumRepeats else { return nil }
        for earlier in calls(in: other).prefix(3) {
            for call in calls(in: box).prefix(3) {
                if let witness = decided(call, [(earlier, times)], direction) { return witness }
            }
        }
        return nil
    }

    // MARK: Making

    private struct Candidate: Hashable {
        let arguments: JSON
        let links: [String: String]
        let call: PolicyCall

        static func == (left: Self, right: Self) -> Bool {
            left.arguments == right.arguments && left.links == right.links
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(arguments)
            hasher.combine(links)
        }
    }

    /// Valid calls in the box: first those without links and with few arguments.
    private func calls(in box: Box) -> [Candidate] {
        let choices = zip(space.dimensions, box.sets).map { dimension, set in
            let samples = set.members.prefix(8).map { dimension.classes.classes[$0].samples }
            // One of each class, then the others.
            let first = samples.compactMap(\.first)
            return first + samples.flatMap { $0.dropFirst() }
        }
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

    private func candidate(_ samples: [Sample]) -> Candidate? {
        var values: [(pointer: [String], value: JSON?)] = []
        var links: [[String]: String] = [:]
        for (dimension, sample) in zip(space.dimensions, samples) {
            guard case .argument(let pointer) = dimension.question else { continue }
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
            call: PolicyCall(tool: name, arguments: arguments, resolvedPaths: paths))
    }

    private func lexical(_ arguments: JSON, _ pointer: [String]) -> ResolvedPathFact? {
        arguments.value(at: pointer)?.stringValue.map { Sample.lexical($0) }
    }

    // MARK: Deciding

    private func decided(
        _ call: Candidate, _ earlier: [(call: Candidate, times: Int)], _ direction: Direction
    ) -> Witness? {
        let before = Self.effect(call, earlier, first)
        let after = Self.effect(call, earlier, second)
        let isSo = direction == .gained ? after.strictness < before.strictness : before.strictness < after.strictness
        guard isSo else { return nil }
        return Witness(
            tool: space.tool.name, arguments: call.arguments, links: call.links,
            earlier: earlier.map { Witness.Earlier(arguments: $0.call.arguments, times: $0.times) }, before: before,
            after: after)
    }

    /// What the call comes to in a run that made the earlier calls, as far as they went ahead.
    private static func effect(
        _ call: Candidate, _ earlier: [(call: Candidate, times: Int)], _ intent: CompiledIntent
    ) -> Intent.Effect {
        let start = intent.quietMoment
        var state = TaskState(startedAt: start)
        for (call, times) in earlier {
            let decision = intent.decide(call.call, state: state, now: start)
            // Nothing but budgets remembers a call, and a budget that was drawn on too often is used up.
            for _ in 0..<times { state.reserve(decision) }
        }
        return intent.decide(call.call, state: state, now: start).effect
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
