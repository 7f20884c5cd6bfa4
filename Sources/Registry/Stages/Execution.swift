import Manifests
import Sandbox
import StrictJSON

/// What starting a call came to, before it is on record.
struct Execution: Sendable {
    private(set) var report: CallReport?
    private(set) var failure: Outcome.Failure?
    private(set) var structured: JSON?
    var publication = Outcome.Publication.nothing
    var violations: [Violation] = []

    /// The call could not be started, or not be brought to its end.
    init(failure: Outcome.Failure) { self.failure = failure }

    /// A call that was started. Its output is read here: strict JSON, and only what the tool's own schema allows.
    init(_ report: CallReport, of definition: ToolDefinition) {
        self.report = report
        violations = report.violations
        guard case .exited(let status) = report.end, let schema = definition.outputSchema else { return }
        guard status == 0 else {
            // It promised nothing, but may say how it failed: `exec.run` does.
            structured = (try? JSON(parsing: report.output)).flatMap { schema.validate($0).isEmpty ? $0 : nil }
            return
        }
        do {
            let value = try JSON(parsing: report.output)
            let problems = schema.validate(value)
            if let first = problems.first {
                fail("invalid-output", "the tool's output does not fit its output schema: \(first)")
            } else {
                structured = value
            }
        } catch {
            fail(
                "invalid-output", "the tool's output is not the JSON that its output schema promises: \(error.message)")
        }
    }

    mutating func fail(_ code: String, _ message: String) {
        failure = failure ?? Outcome.Failure(code: code, message: message)
    }

    var succeeded: Bool {
        if case .conflict = publication { return false }
        return failure == nil && report?.end == .exited(0)
    }
}
