import Manifests
import StrictJSON

/// Gathers what some rules ask.
struct QuestionSurvey {
    private var order: [Question] = []
    private var constraints: [[String]: [CompiledConstraint]] = [:]
    private var places: [[String]: [TextKey: Int]] = [:]
    private var sources: [[String]: [SourceKey]] = [:]
    /// Values that conditions name.
    private var literals: [JSON] = []

    static func key(_ constraint: CompiledConstraint) -> TextKey { TextKey(constraint.key.encodedString()) }

    /// Arguments whose sources are outputs, for some rule.
    private let outputs: Set<[String]>

    init(_ rules: [CompiledRule], asksForUnnamed: Bool) {
        outputs = Set(
            rules.flatMap(\.arguments).filter { $0.constraints.contains(where: \.asksForOutputs) }.map(\.pointer))
        for rule in rules { add(rule) }
        if asksForUnnamed { note(.unnamedArguments) }
    }

    func provenances(at pointer: [String]) -> Provenances { outputs.contains(pointer) ? .ofOutputs : .ofValues }

    private mutating func add(_ rule: CompiledRule) {
        for argument in rule.arguments {
            for constraint in argument.constraints {
                let provenances = provenances(at: argument.pointer)
                add(constraint.onValue(provenances), argument.pointer)
                for key in constraint.sourceLists(provenances).joined() {
                    note(.sources(argument.pointer))
                    guard !(sources[argument.pointer]?.contains(key) ?? false) else { continue }
                    sources[argument.pointer, default: []].append(key)
                }
            }
        }
        for budget in rule.budgets {
            guard let pointer = budget.argument else { continue }
            let counting = Self.counting(budget)
            for constraint in counting.counted + counting.room { add(constraint, pointer) }
        }
        if let condition = rule.condition { add(condition) }
        for tool in rule.order.after { note(.succeeded(tool.text)) }
        for tool in rule.order.before { note(.begun(tool.text)) }
    }

    /// What a condition says is not known before it is asked; the arguments that it reads are worth trying.
    private mutating func add(_ condition: any RuleCondition) {
        for key in ConditionForm(condition).questions { note(.condition(key)) }
        literals += ConditionLiterals.values(in: condition.source)
        for reference in condition.references.sorted(by: { $0.lexicographicallyPrecedes($1) })
        where reference.count > 1 && reference[0] == "args" {
            add(.present, Array(reference.dropFirst()))
        }
    }

    private mutating func note(_ question: Question) { if !order.contains(question) { order.append(question) } }

    private mutating func add(_ constraint: CompiledConstraint, _ pointer: [String]) {
        if constraints[pointer] == nil { order.append(.argument(pointer)) }
        let key = Self.key(constraint)
        guard places[pointer]?[key] == nil else { return }
        places[pointer, default: [:]][key] = constraints[pointer]?.count ?? 0
        constraints[pointer, default: []].append(constraint)
    }

    /// What a budget asks of the argument that it counts: that it can be counted, and that it fits by itself.
    static func counting(_ budget: CompiledBudget) -> (counted: [CompiledConstraint], room: [CompiledConstraint]) {
        switch budget.quantity {
        case .sum(_, let maximum):
            let bound = (try? JSON(parsing: maximum.description)).flatMap { ExactNumber($0) }
            return ([.min(.integer(0))], bound.map { [.max($0)] } ?? [])
        case .distinct(_, let maximum): return ([.present], maximum > 0 ? [] : [.absent])
        case .calls, .bytes: return ([], [])
        }
    }

    func dimensions(_ tool: PolicyTool) -> [Dimension] {
        order.map { question in
            switch question {
            case .argument(let pointer):
                let classes = ValueClasses(
                    constraints[pointer] ?? [], SchemaFacts(tool.inputSchema, at: pointer), tool: tool, at: pointer,
                    suggestions: (sources[pointer] ?? []).flatMap(\.values) + literals)
                return Dimension(question: question, answers: .values(classes, places[pointer] ?? [:]))
            case .sources(let pointer): return Dimension(question: question, answers: .sources(sources[pointer] ?? []))
            case .condition: return Dimension(question: question, answers: .truth)
            case .succeeded, .begun, .unnamedArguments: return Dimension(question: question, answers: .history)
            }
        }
    }
}
