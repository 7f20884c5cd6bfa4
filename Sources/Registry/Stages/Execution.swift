import Egress
import MCP
import Manifests
import Policy
import Sandbox
import StrictJSON

/// What starting a call came to, before it is on record.
struct Execution: Sendable {
    var report: CallReport?
    private(set) var failure: Outcome.Failure?
    var structured: JSON?
    /// What a tool server answered, block by block; nil of a program.
    var content: [MCPContent]?
    /// The server that did it, and the how-manieth of the run that was; nil of a program.
    var service: Outcome.Service?
    /// True if something of the call may have happened, so that what comes back carries its labels.
    var wasStarted: Bool
    /// What came back, for budgets.
    var outputBytes = 0
    var publication = Outcome.Publication.nothing
    var violations: [Violation] = []
    /// What it did with its destinations.
    var egress: [EgressUse] = []
    /// What it was issued, and what became of that.
    var credentials: [CredentialUse] = []

    /// The call could not be started, or not be brought to its end.
    init(failure: Outcome.Failure, wasStarted: Bool = false) {
        self.failure = failure
        self.wasStarted = wasStarted
    }

    /// A call that was started.
    init(_ report: CallReport) {
        self.report = report
        wasStarted = true
        outputBytes = report.output.count + report.errorOutput.count
        violations = report.violations
    }

    /// A call whose program ended. Its output is read here: strict JSON, and only what the tool's own schema allows.
    init(_ report: CallReport, of definition: ToolDefinition) {
        self.init(report)
        guard case .exited(let status) = report.end, let schema = definition.outputSchema else { return }
        guard status == 0 else {
            // It promised nothing, but may say how it failed: `exec.run` does.
            structured = (try? JSON(parsing: report.output)).flatMap { schema.validate($0).isEmpty ? $0 : nil }
            return
        }
        do {
            require(try JSON(parsing: report.output), schema)
        } catch {
            fail(
                "invalid-output", "the tool's output is not the JSON that its output schema promises: \(error.message)")
        }
    }

    /// Takes a structured output that fits the tool's schema.
    mutating func require(_ value: JSON, _ schema: CompiledSchema) {
        if let first = schema.validate(value).first {
            fail("invalid-output", "the tool's output does not fit its output schema: \(first)")
        } else {
            structured = value
        }
    }

    mutating func fail(_ code: String, _ message: String) {
        failure = failure ?? Outcome.Failure(code: code, message: message)
    }

    var succeeded: Bool {
        if case .conflict = publication { return false }
        return failure == nil && (report?.end == .exited(0) || report?.end == .answered(isError: false))
    }

    /// What provenance is read from; nil of a call that did not succeed.
    var toolOutput: ToolOutput? {
        guard succeeded else { return nil }
        if let structured { return .structured(structured) }
        guard let content else { return .text(report?.output ?? []) }
        // Several blocks are no one value: nothing has a place in them.
        guard content.count == 1, let text = content[0].text else { return .structured(.null) }
        return .text(Array(text.utf8))
    }

    /// What became of what it was issued.
    mutating func add(_ leases: [LeaseReport], _ injections: [InjectionReport]) {
        credentials = leases.map { lease in
            CredentialUse(lease: lease, injection: injections.first { $0.name == lease.credential })
        }
        violations += credentials.compactMap(\.violation)
    }
}
