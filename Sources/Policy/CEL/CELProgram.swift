/// An expression, compiled once, to be evaluated often.
///
/// ```swift
/// let program = try CELProgram.compile("args.branch.startsWith(\"agent/\")", in: environment, expecting: .bool)
/// let holds = try program.evaluate { name in name == "args" ? arguments : nil }
/// ```
struct CELProgram: Sendable {
    let source: String
    /// The variables that it reads, by slot: only these need values.
    let variables: [String]
    /// Which members of variables it reads, as far as that can be said: `["args", "branch"]`.
    let references: Set<[String]>
    let type: CELType
    let node: CELNode

    /// Parses, checks and binds.
    ///
    /// - Parameters:
    ///   - wanted: What the expression has to come to; nil for anything.
    ///   - checks: False leaves types to run time.
    ///   - estimateLimit: What an evaluation may cost in the worst case.
    static func compile(
        _ source: String, in environment: CELEnvironment, expecting wanted: CELType? = nil, checks: Bool = true,
        estimateLimit: UInt64 = CELLimits.estimatedCost
    ) throws(CELError) -> CELProgram {
        do throws(CELFault) {
            let expression = try CELParser.parse(source)
            var compiler = CELCompiler(environment, checks: checks)
            let compiled = try compiler.compile(expression)
            if let wanted { try compiler.expect(compiled.type, wanted, at: expression.offset) }
            let program = CELProgram(
                source: source, variables: compiler.slots, references: compiler.references,
                type: compiler.types.resolved(compiled.type), node: compiled.node)
            let cost = program.estimatedCost(environment.schemas)
            guard cost <= estimateLimit else {
                throw CELFault(
                    "too-expensive", at: expression.offset,
                    "the expression may cost \(cost) to evaluate, and the limit is \(estimateLimit)",
                    remedy:
                        "go through fewer lists within lists, or let the tool's schema say how long they are at the most"
                )
            }
            return program
        } catch {
            throw CELError(error, in: source)
        }
    }

    /// Evaluates with the values that `lookup` has for the variables.
    func evaluate(
        limit: UInt64 = CELLimits.cost, _ lookup: (String) -> CELValue?
    ) throws(CELError) -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(variables.count)
        for name in variables {
            guard let value = lookup(name) else {
                throw CELError(CELFault("no-value", at: 0, "the variable `\(name)` has no value"), in: source)
            }
            values.append(value)
        }
        var evaluation = CELEvaluation(values, limit: limit)
        do throws(CELFunctionError) {
            return try evaluation.value(node)
        } catch {
            let code = evaluation.budget.left == 0 ? "too-expensive" : "no-value"
            throw CELError(CELFault(code, at: evaluation.failedAt, error.message), in: source)
        }
    }
}
