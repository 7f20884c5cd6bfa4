import Diagnostics
import Hosts
import Manifests
import StrictJSON

/// Compiles the constraints of one intent, and gathers what is wrong with them.
struct ConstraintCompiler {
    private(set) var problems: [PolicyProblem] = []
    private var patterns = PatternBudget()
    /// What the intent's `inputs` give.
    var supplied = SuppliedValues(JSONObject())
    /// The places in outputs that `from` names, each once.
    private(set) var sources: [ToolSource] = []
    private var places: [ToolSource: Int] = [:]

    /// The constraints on one argument, or nil if any of them is wrong.
    mutating func compile(_ argument: ArgumentConstraint, line: Int) -> CompiledArgument? {
        let before = problems.count
        let name = Pointer.name(argument.pointer)
        var constraints: [CompiledConstraint] = []
        for constraint in argument.constraints {
            guard case .ifPresent(let others) = constraint else {
                if let compiled = compile(constraint, of: name, line: line, inArray: false) {
                    constraints.append(compiled)
                }
                continue
            }
            if others.isEmpty || others.contains(where: \.saysIfAbsent) {
                refuse(line, name, "is `optional` without another constraint on it")
            }
            constraints += others.compactMap { compile($0, of: name, line: line, inArray: false) }.map {
                .ifPresent($0)
            }
        }
        if argument.constraints.isEmpty { refuse(line, name, "has no constraint") }
        if constraints.count > 1, constraints.contains(where: { if case .absent = $0 { true } else { false } }) {
            refuse(line, name, "is to be absent and to satisfy something else")
        }
        guard problems.count == before else { return nil }
        return CompiledArgument(pointer: argument.pointer, name: name, constraints: constraints)
    }

    private mutating func compile(
        _ constraint: Constraint, of name: String, line: Int, inArray: Bool
    ) -> CompiledConstraint? {
        switch constraint {
        case .equals(let value):
            return .equals(value)
        case .oneOf(let values):
            guard !isEmpty(values, "oneOf", name, line) else { return nil }
            return .oneOf(values, Set(values))
        case .matches(let pattern):
            do throws(PatternRefusal) {
                return .matches(pattern, try patterns.expression(pattern))
            } catch {
                refuse(line, name, "has the pattern \(VisibleText.quoted(pattern)), which \(error.reason)")
            }
        case .under(let paths):
            guard !isEmpty(paths, "under", name, line) else { return nil }
            do throws(PathRefusal) {
                return .under(try PathScope(paths))
            } catch {
                refuse(line, name, "is to lie under a path that is none: \(error.reason)")
            }
        case .host(let hosts):
            guard !isEmpty(hosts, "host", name, line) else { return nil }
            let patterns = hosts.compactMap { pattern($0, of: name, line: line) }
            return .host(patterns, shown: hosts)
        case .cidr(let ranges):
            guard !isEmpty(ranges, "cidr", name, line) else { return nil }
            return .cidr(ranges.compactMap { range($0, of: name, line: line) })
        case .max(let bound):
            return number(bound, "max", of: name, line: line).map { .max($0) }
        case .min(let bound):
            return number(bound, "min", of: name, line: line).map { .min($0) }
        case .length(let minimum, let maximum):
            guard (minimum ?? maximum) != nil, minimum ?? 0 >= 0, maximum ?? .max >= minimum ?? 0 else {
                refuse(line, name, "has a `length` that nothing has")
                return nil
            }
            return .length(min: minimum, max: maximum)
        case .each(let constraints):
            guard !isEmpty(constraints, "each", name, line) else { return nil }
            return .each(constraints.compactMap { compile($0, of: name, line: line, inArray: true) })
        case .absent(let absent):
            guard !inArray else {
                refuse(line, name, "has an `absent` inside `each`, and an element is never absent")
                return nil
            }
            return absent ? .absent : .present
        case .ifPresent:
            refuse(line, name, "has an `optional` inside another constraint")
        case .from(let sources):
            guard !isEmpty(sources, "from", name, line) else { return nil }
            return .from(CompiledProvenance(sources: sources.compactMap { source($0, of: name, line: line) }))
        }
        return nil
    }

    private mutating func source(
        _ source: ProvenanceSource, of name: String, line: Int
    ) -> CompiledProvenance.Source? {
        switch source {
        case .inputs: return .inputs(supplied)
        case .input(let input, let match):
            guard let value = supplied.input(named: input) else {
                let nearest = NearestName.of(input, among: supplied.names)
                refuse(
                    line, name,
                    "is to come from the input \(VisibleText.quoted(input)), which the intent does not have",
                    remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" } ?? "add it to `inputs`")
                return nil
            }
            guard match == .token else { return .input(input, value) }
            guard value.holdsText else {
                refuse(
                    line, name, "is to be a token of the input \(VisibleText.quoted(input)), which holds no text",
                    remedy: "remove `match: token`")
                return nil
            }
            return .tokens(input, value.tokens)
        case .tool(let tool, let pointer):
            let source = ToolSource(tool: tool, pointer: pointer)
            let place = places[source] ?? sources.count
            if place == sources.count {
                sources.append(source)
                places[source] = place
            }
            return .tool(place, source)
        }
    }

    private mutating func pattern(_ text: String, of name: String, line: Int) -> HostPattern? {
        do throws(HostRefusal) {
            return try HostPattern(text)
        } catch {
            refuse(line, name, "names \(VisibleText.quoted(text)), which cannot be read as a host: \(error.reason)")
            return nil
        }
    }

    private mutating func range(_ text: String, of name: String, line: Int) -> AddressRange? {
        do throws(HostRefusal) {
            return try AddressRange(text)
        } catch {
            let quoted = VisibleText.quoted(text)
            refuse(line, name, "names \(quoted), which cannot be read as an address range: \(error.reason)")
            return nil
        }
    }

    private mutating func number(_ value: JSON, _ word: String, of name: String, line: Int) -> ExactNumber? {
        if let number = ExactNumber(value) { return number }
        refuse(line, name, "has a `\(word)` that is \(value.kind), not a number")
        return nil
    }

    /// A list of nothing is satisfied by nothing: a deny rule with it would never deny.
    private mutating func isEmpty<Element>(_ list: [Element], _ word: String, _ name: String, _ line: Int) -> Bool {
        guard list.isEmpty else { return false }
        refuse(line, name, "has a `\(word)` that lists nothing")
        return true
    }

    private mutating func refuse(_ line: Int, _ name: String, _ message: String, remedy: String? = nil) {
        problems.append(
            PolicyProblem(
                "bad-constraint", line: line, "the argument \(VisibleText.quoted(name)) \(message)", remedy: remedy))
    }
}

extension Constraint {
    fileprivate var saysIfAbsent: Bool {
        switch self {
        case .absent, .ifPresent: true
        default: false
        }
    }
}

/// The constraints on one argument.
struct CompiledArgument: Sendable {
    let pointer: [String]
    /// For messages.
    let name: String
    let constraints: [CompiledConstraint]

    /// Whether all constraints hold.
    func judge(_ facts: inout CallFacts) -> Answer {
        guard let value = facts.call.arguments.value(at: pointer) else {
            return constraints.allSatisfy(\.permitsAbsence) ? .holds : .fails
        }
        var answer = Answer.holds
        for constraint in constraints {
            answer = answer.and(constraint.judge(value, at: pointer, &facts))
            if answer == .fails { return .fails }
        }
        return answer
    }
}
