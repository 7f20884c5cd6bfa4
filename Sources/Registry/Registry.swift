import Approvals
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
///                                     ↓           ↑
///                       ApprovalQuestion → GrantedApproval
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
    /// Where people are asked; nil where nobody can be.
    package let approvals: ApprovalStage?
    private let executor: Executor
    /// The calls that are on their way, for whoever has to end them.
    package let inProgress = CallsInProgress()
    private let names = CallNames()
    private let tally = Locked((allowed: 0, denied: 0))

    /// - Parameters:
    ///   - tools: Every tool that the intent's rules may mean.
    ///   - catalogued: The names of all tools that there are.
    ///   - intent: Compiled against these tools.
    ///   - context: On whose authority the calls happen.
    ///   - startedAt: When the task's time began.
    ///   - labels: What the agent can see without a tool carries these.
    ///   - approvals: Asks people; without it what needs them is denied.
    ///   - egress: What calls connect through; nil where none may.
    ///   - credentials: Issues what calls need; nil where nothing is issued.
    ///   - rehearsal: Calls are made to be watched, and nothing that they write is published.
    package init(
        tools: [RegisteredTool], catalogued: Set<ToolName>, intent: CompiledIntent, workspace: WorkspaceRoot?,
        context: RunContext,
        startedAt: Timestamp, labels: Set<Label> = [], ledger: Ledger, launcher: Launcher, layers: RunLayers?,
        registrar: ToolRegistrar, approvals: ApprovalStage? = nil, egress: EgressBroker? = nil,
        credentials: CredentialStage? = nil, rehearsal: Rehearsal? = nil
    ) {
        let byName = Dictionary(uniqueKeysWithValues: tools.map { ($0.tool.name, $0) })
        visibleTools = intent.visibleTools().compactMap { byName[$0] }
        self.tools = byName
        self.catalogued = catalogued
        resolver = Resolver(
            intent: intent, workspace: workspace, sources: credentials?.sources ?? ConfiguredSources())
        gate = DecisionGate(intent, startedAt: startedAt.instant, labels: labels)
        recorder = Recorder(ledger: ledger, context: context)
        denials = DenialRecorder(recorder)
        self.approvals = approvals
        executor = Executor(
            launcher: launcher, workspace: workspace, layers: layers, registrar: registrar, egress: egress,
            credentials: credentials, rehearsal: rehearsal)
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
        let outcome = await inProgress.run(request.tool) { [self] in await throughAdmission(request) }
        tally.withLock { tally in
            if outcome.status == .denied { tally.denied += 1 } else { tally.allowed += 1 }
        }
        return outcome
    }

    /// Ends the run's tool servers, and records what is not on record yet, the counts of alike denials. To be called
    /// when the run ends.
    package func finish() async throws(LedgerError) {
        await approvals?.finish()
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
        let step = await admitted(request, name)
        await admission.leave()
        switch step {
        case .ended(let outcome): return outcome
        // INVARIANT: while people think, the call holds no place and nothing else that others need.
        case .waits(let question, let stage): return await ask(question, request, stage)
        }
    }

    /// What a call comes to without people.
    private enum Step: Sendable {
        case ended(Outcome)
        case waits(ApprovalQuestion, ApprovalStage)
    }

    /// The stages in their order, up to the one at which people decide if the call needs them.
    private func admitted(_ request: CallRequest, _ name: String) async -> Step {
        if let refusal = inProgress.refusal(of: request.tool) { return .ended(await deny(request, refusal, name)) }
        guard let toolName = ToolName(request.tool), let tool = tools[toolName] else {
            let isCatalogued = ToolName(request.tool).map(catalogued.contains) ?? false
            let shown = "`\(request.tool.prefix(64))`"
            return .ended(
                await deny(
                    request,
                    isCatalogued
                        ? Refusal(.noRule, "the task has no rule for the tool \(shown)")
                        : Refusal(.unknownTool, "there is no tool \(shown)"), name))
        }
        let call: ResolvedCall
        do {
            call = try await resolve(request, tool)
        } catch {
            return .ended(await deny(request, error, name))
        }
        let (decision, reservation) = await gate.decide(call.policyCall)
        guard decision.effect == .approve else {
            return .ended(await carryOut(call, request, of: tool, decision, reservation, nil, name))
        }
        guard let approvals else {
            return .ended(await carryOut(call, request, of: tool, decision.withoutApprover(), nil, nil, name))
        }
        do {
            return .waits(try await question(call, request, of: tool, decision, name, approvals), approvals)
        } catch {
            return .ended(await deny(request, error, name))
        }
    }

    /// What people are asked about a call.
    private func question(
        _ call: ResolvedCall, _ request: CallRequest, of tool: RegisteredTool, _ decision: Decision, _ name: String,
        _ stage: ApprovalStage
    ) async throws(Refusal) -> ApprovalQuestion {
        // Once more, with all that a pattern may ask for: what is asked about is what was resolved here.
        let call = try await resolve(request, tool, grantPaths: true)
        let requirement = stage.requirement(decision)
        try await stage.requireRoom(requirement, for: call, of: tool, decision)
        var writes: RehearsedWrites?
        var failure: String?
        if let rehearsable = await RehearsableCall.authorise(call, of: tool, decision, name: name, recorder: recorder) {
            switch await executor.rehearse(rehearsable) {
            case .writes(let found): writes = found
            case .failed(let how): failure = how
            case .nothing: break
            }
        }
        let canonical = CanonicalCall(
            call, of: tool, name: name, context: recorder.context, expires: stage.deadline(requirement), nonce: .make(),
            writes: writes?.digest)
        let digest: SubjectDigest
        do {
            digest = try canonical.digest()
        } catch {
            await writes?.discard()
            throw Refusal(.approvalUnavailable, "the call cannot be named exactly: \(error.message)")
        }
        let text = ApprovalText(
            context: recorder.context, purpose: stage.purpose, tool: tool, call: call, decision: decision, name: name,
            requirement: requirement, expires: canonical.expires,
            pattern: resolver.intent.exactPattern(of: call.policyCall), writes: writes, failure: failure)
        return ApprovalQuestion(
            tool: tool, call: call, decision: decision, name: name, canonical: canonical, digest: digest,
            requirement: requirement, shown: text.shown, writes: writes)
    }

    /// Waits for people. With their yes the call is resolved and decided again, on the state as it then is.
    private func ask(
        _ question: ApprovalQuestion, _ request: CallRequest, _ stage: ApprovalStage
    ) async -> Outcome {
        let approval: GrantedApproval
        request.onAsking?(true)
        do {
            defer { request.onAsking?(false) }
            approval = try await stage.approve(question)
        } catch {
            return await notApproved(question, request, error)
        }
        do throws(Refusal) {
            try await admission.enter()
        } catch {
            return await notApproved(question, request, error)
        }
        let outcome = await approved(question, request, approval)
        await admission.leave()
        return outcome
    }

    private func approved(
        _ question: ApprovalQuestion, _ request: CallRequest, _ approval: consuming GrantedApproval
    ) async -> Outcome {
        let call: ResolvedCall
        do {
            call = try await resolve(request, question.tool, grantPaths: true)
        } catch {
            return await notApproved(question, request, error)
        }
        let canonical = CanonicalCall(
            call, of: question.tool, name: question.name, context: recorder.context,
            expires: question.canonical.expires, nonce: question.canonical.nonce, writes: question.writes?.digest)
        // INVARIANT: what is started is what was approved, down to the files that it names.
        guard let digest = try? canonical.digest(), digest == approval.callDigest else {
            return await notApproved(
                question, request,
                Refusal(
                    .callChanged,
                    "what the call would do has changed since it was approved, say a file that it names; make it again")
            )
        }
        let note = ApprovalNote(canonical: canonical, json: approval.json)
        let (decision, reservation) = await gate.decide(call.policyCall, with: approval)
        return await carryOut(
            call, request, of: question.tool, decision, reservation, decision.effect == .allow ? note : nil,
            question.name, question.writes)
    }

    private func notApproved(
        _ question: ApprovalQuestion, _ request: CallRequest, _ refusal: Refusal
    ) async -> Outcome {
        await question.writes?.discard()
        return await denials.deny(
            request,
            question.decision.notApproved(refusal.code, refusal.reason, clientReason: refusal.reason), nil,
            of: question.tool, question.call, name: question.name)
    }

    /// Blocking work, in its pool.
    private func resolve(
        _ request: CallRequest, _ tool: RegisteredTool, grantPaths: Bool = false
    ) async throws(Refusal) -> ResolvedCall {
        try await BlockingPool.shared.run { [resolver] () throws(Refusal) in
            try resolver.resolve(request, tool.definition, grantPaths: grantPaths)
        }
    }

    /// The rest of the way: records the decision, and does what it allows.
    private func carryOut(
        _ call: ResolvedCall, _ request: CallRequest, of tool: RegisteredTool, _ decision: Decision,
        _ reservation: Reservation?, _ approval: ApprovalNote?, _ name: String, _ writes: RehearsedWrites? = nil
    ) async -> Outcome {
        if let refusal = inProgress.refusal(of: request.tool) {
            await gate.release(reservation)
            await writes?.discard()
            return await deny(request, refusal, name)
        }
        let authorised: AuthorisedCall
        do {
            guard
                let allowed = try await AuthorisedCall.authorise(
                    call, of: tool, decision, name: name, approval: approval, recorder: recorder)
            else {
                await writes?.discard()
                // Beside the gate: an amendment holds up no other decision.
                return await denials.deny(
                    request, decision, resolver.intent.amendment(for: call.policyCall, decision), of: tool, call,
                    name: name)
            }
            authorised = allowed
        } catch  where error.isEntryTooLarge {
            await writes?.discard()
            await gate.release(reservation)
            let refusal = Refusal(.recordTooLarge, "the call has more to record than an entry holds; name fewer files")
            return await deny(request, refusal, name)
        } catch {
            await writes?.discard()
            await gate.release(reservation)
            return .denied(
                Refusal(.ledgerUnavailable, error.description).decision(at: Timestamp.now().instant), index: nil)
        }

        let execution = await execute(authorised, writes)
        // INVARIANT: before the agent gets a byte of what the call returned, the run carries its labels.
        await gate.settle(reservation, of: call, execution)
        return await recorder.recordEnd(of: authorised, execution)
    }

    /// Does what was allowed, unless it was taken back meanwhile: then the outcome says so.
    ///
    /// - Parameter writes: What it has done already to its copy of the workspace, which is then published.
    private func execute(_ call: borrowing AuthorisedCall, _ writes: RehearsedWrites?) async -> Execution {
        let tool = call.tool.tool.name.rawValue
        if let refusal = inProgress.refusal(of: tool) {
            await writes?.discard()
            return Execution(failure: Outcome.Failure(code: refusal.code.rawValue, message: refusal.reason))
        }
        var execution: Execution
        if let writes {
            execution = await executor.publish(writes, of: call)
        } else {
            execution = await executor.run(call)
        }
        if !execution.succeeded, let refusal = inProgress.refusal(of: tool) {
            execution.fail(refusal.code.rawValue, refusal.reason)
        }
        return execution
    }

    private func deny(_ request: CallRequest, _ refusal: Refusal, _ name: String) async -> Outcome {
        await denials.deny(
            request, refusal.decision(at: Timestamp.now().instant), nil, of: tool(named: request.tool), nil, name: name)
    }
}
