import Ledger
import LinuxIO
import Manifests
import Policy
@_spi(Launch) import Sandbox
import Store
import StrictJSON

/// # Registry
///
/// The way of one call, and nothing else: the one place where policy, sandbox, ledger and store meet. A run has one
/// registry, and every call of its agent goes through `call(_:)`, in one direction, a stage after the other:
///
///     CallRequest → ResolvedCall → Decision → AuthorisedCall → Outcome
///
/// Each stage takes a value and returns a value. Only an `AuthorisedCall` can be started, and only the stage that has
/// put its decision on the disk can make one.
package final class Registry: Sendable {
    /// The tools that the intent could ever allow, in a stable order.
    package let visibleTools: [RegisteredTool]

    private let tools: [ToolName: RegisteredTool]
    /// Every tool that there is, whether a rule may mean it or not: to tell the agent one from the other.
    private let catalogued: Set<ToolName>
    private let admission = Admission()
    private let resolver: Resolver
    private let gate: DecisionGate
    private let recorder: Recorder
    private let denials: DenialRecorder
    private let executor: Executor
    private let names = CallNames()
    private let tally = Locked((allowed: 0, denied: 0))

    /// - Parameters:
    ///   - tools: Every tool that the intent's rules may mean.
    ///   - catalogued: The names of all tools that there are.
    ///   - intent: Compiled against these tools.
    ///   - context: On whose authority the calls happen.
    ///   - startedAt: When the task's time began.
    ///   - labels: What the agent can see without a tool carries these.
    ///   - egress: What calls connect through; nil where none may.
    ///   - rehearsal: Calls are made to be watched, and nothing that they write is published.
    package init(
        tools: [RegisteredTool], catalogued: Set<ToolName>, intent: CompiledIntent, workspace: WorkspaceRoot?,
        context: RunContext,
        startedAt: Timestamp, labels: Set<Label> = [], ledger: Ledger, launcher: Launcher, layers: RunLayers?,
        registrar: ToolRegistrar, egress: EgressBroker? = nil, rehearsal: Rehearsal? = nil
    ) {
        let byName = Dictionary(uniqueKeysWithValues: tools.map { ($0.tool.name, $0) })
        visibleTools = intent.visibleTools().compactMap { byName[$0] }
        self.tools = byName
        self.catalogued = catalogued
        resolver = Resolver(intent: intent, workspace: workspace)
        gate = DecisionGate(intent, startedAt: startedAt.instant, labels: labels)
        recorder = Recorder(ledger: ledger, context: context)
        denials = DenialRecorder(recorder)
        executor = Executor(
            launcher: launcher, workspace: workspace, layers: layers, registrar: registrar, egress: egress,
            rehearsal: rehearsal)
    }

    /// The tool of that name, if a rule may mean it.
    package func tool(named name: String) -> RegisteredTool? { ToolName(name).flatMap { tools[$0] } }

    /// The agent can see something with these labels, without a tool.
    package func see(_ labels: Set<Label>) async { await gate.see(labels) }

    /// How many calls were allowed and denied so far.
    package var counts: (allowed: Int, denied: Int) { tally.withLock { $0 } }

    /// Takes one call the whole way. Never throws: whatever goes wrong is an outcome, and on record as long as the
    /// ledger can be written. Cancelling the task ends the call and everything that it started.
    package func call(_ request: CallRequest) async -> Outcome {
        let outcome = await throughAdmission(request)
        tally.withLock { tally in
            if outcome.status == .denied { tally.denied += 1 } else { tally.allowed += 1 }
        }
        return outcome
    }

    /// Ends the run's tool servers, and records what is not on record yet, the counts of alike denials. To be called
    /// when the run ends.
    package func finish() async throws(LedgerError) {
        await executor.finish()
        try await denials.finish()
    }

    private func throughAdmission(_ request: CallRequest) async -> Outcome {
        let name = names.next()
        do throws(Refusal) {
            try await admission.enter()
        } catch {
            return await deny(request, error, name)
        }
        let outcome = await admitted(request, name)
        await admission.leave()
        return outcome
    }

    /// The stages in their order.
    private func admitted(_ request: CallRequest, _ name: String) async -> Outcome {
        guard let toolName = ToolName(request.tool), let tool = tools[toolName] else {
            let isCatalogued = ToolName(request.tool).map(catalogued.contains) ?? false
            let shown = "`\(request.tool.prefix(64))`"
            return await deny(
                request,
                isCatalogued
                    ? Refusal(.noRule, "the task has no rule for the tool \(shown)")
                    : Refusal(.unknownTool, "there is no tool \(shown)"), name)
        }

        let call: ResolvedCall
        do {
            call = try await BlockingPool.shared.run { [resolver] () throws(Refusal) in
                try resolver.resolve(request, tool.definition)
            }
        } catch {
            return await deny(request, error, name)
        }

        // Nobody can give an approval yet: what asks for one is denied, and says so.
        let (considered, reservation) = await gate.decide(call.policyCall)
        let decision = considered.withoutApprover()
        let authorised: AuthorisedCall
        do {
            guard
                let allowed = try await AuthorisedCall.authorise(
                    call, of: tool, decision, name: name, recorder: recorder)
            else {
                // Beside the gate: an amendment holds up no other decision.
                return await denials.deny(
                    request, decision, resolver.intent.amendment(for: call.policyCall, decision), of: tool, call,
                    name: name)
            }
            authorised = allowed
        } catch  where error.isEntryTooLarge {
            await gate.release(reservation)
            let refusal = Refusal(.recordTooLarge, "the call has more to record than an entry holds; name fewer files")
            return await deny(request, refusal, name)
        } catch {
            await gate.release(reservation)
            return .denied(
                Refusal(.ledgerUnavailable, error.description).decision(at: Timestamp.now().instant), index: nil)
        }

        let execution = await executor.run(authorised)
        // INVARIANT: before the agent gets a byte of what the call returned, the run carries its labels.
        await gate.settle(reservation, of: call, execution)
        return await recorder.recordEnd(of: authorised, execution)
    }

    private func deny(_ request: CallRequest, _ refusal: Refusal, _ name: String) async -> Outcome {
        await denials.deny(
            request, refusal.decision(at: Timestamp.now().instant), nil, of: tool(named: request.tool), nil, name: name)
    }
}
