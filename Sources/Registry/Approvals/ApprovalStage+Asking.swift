import Approvals
import Ledger
import LinuxIO
import Policy
import Store

// Asking: from a question to the yes that is used up for it.
extension ApprovalStage {
    /// When an answer to a call that is asked about now comes too late.
    nonisolated func deadline(_ requirement: ApprovalRequirement) -> Moment {
        let end = Moment.now + requirement.validity
        return min(end, setting.taskEnds ?? end)
    }

    /// Whose approval a decision needs: of all rules that ask.
    nonisolated func requirement(_ decision: Decision) -> ApprovalRequirement {
        let isConfined = setting.context.agent.confinement == .confined
        return decision.askingRules.sorted().map { rule in
            let terms = setting.terms.indices.contains(rule) ? setting.terms[rule] : nil
            return ApprovalRequirement(
                terms, agentIsConfined: isConfined, excludesPrincipal: terms?.excludesPrincipal ?? false)
        }.reduce(nil) { $0?.combined(with: $1) ?? $1 }
            ?? ApprovalRequirement(nil, agentIsConfined: isConfined)
    }

    /// What people are told the task is for.
    nonisolated var purpose: String { setting.purpose }

    /// Waits until people have said yes to the call, and uses that up.
    ///
    /// - Throws: `Refusal` if they said no, or nothing in time, or can no longer.
    func approve(_ question: ApprovalQuestion) async throws(Refusal) -> GrantedApproval {
        guard let fence, !isClosed else { throw Refusal(.approvalUnavailable, "the run cannot ask anybody") }
        if let approval = await drawn(question, fence) { return approval }
        try await requireNotPaused()
        try await requireSomebody(question.requirement)
        let request = try await ask(question, fence)
        var end = await wait(for: request)
        // What was taken back is cancelled as well, and not by the agent.
        if case .cancelled = end, let why = await revocation(of: request) { end = .void(why) }
        open[request.record.id] = nil
        kept[request.record.id] = nil
        seen[request.record.id] = nil
        accepted[request.record.id] = nil
        await count(end)
        return try await settle(request, end, fence)
    }

    /// Refuses a call that nobody could be asked about, before anything is done for it.
    func requireRoom(
        _ requirement: ApprovalRequirement, for call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision
    ) async throws(Refusal) {
        // One that a pattern covers asks nobody.
        guard pattern(for: call, of: tool, decision) == nil else { return }
        try await requireNotPaused()
        try await requireSomebody(requirement)
        try requirePlace()
    }

    private func requirePlace() throws(Refusal) {
        guard open.count + beginning >= setting.limits.pending else { return }
        throw Refusal(
            .tooManyApprovals,
            "\(setting.limits.pending) calls of this run wait for people already; wait for their answers")
    }

    /// What only a signature can prove nobody can give where no signer is known: that is said at once.
    func requireSomebody(_ requirement: ApprovalRequirement) async throws(Refusal) {
        let isLocal = setting.context.agent.confinement == .confined && requirement.isForLocalUser
        guard !isLocal else { return }
        do throws(ApprovalRefusal) {
            guard try await setting.judge().signers == .none else { return }
        } catch {
            throw Refusal(.approvalUnavailable, "nobody can give the approval: \(error.message)")
        }
        throw Refusal(
            .approvalUnavailable,
            "nobody can give the approval: no allowed signers file names anybody; a person has to write "
                + "`$AGENTBOX_HOME/allowed_signers` first")
    }

    func requireNotPaused() async throws(Refusal) {
        guard let pause else { return }
        // Only people resume it, in the store.
        let record = try? await setting.store.record(.run, run)
        if pause.isRecorded, let record, let found = RunRecord(record), !found.isPaused {
            self.pause = nil
            denials = [:]
            unanswered = 0
            return
        }
        throw pause.refusal
    }

    /// An agent that asks and gives up, again and again, wears people out and fills the record.
    private func count(_ end: OpenRequest.End) async {
        switch end {
        case .cancelled, .expired: unanswered += 1
        default: return
        }
        guard unanswered >= setting.limits.unanswered else { return }
        await stopAsking(
            Refusal(
                .tooManyApprovals,
                "\(setting.limits.unanswered) questions of this run were given up or not answered in time; people are "
                    + "not asked any more in it"))
    }

    func stopAsking(_ refusal: Refusal) async {
        guard pause == nil else { return }
        pause = Pause(refusal: refusal)
        // Paused it is in any case: without a record of it nobody can resume it.
        let isRecorded = try? await setting.store.update(run: run, fence: fence) { $0.isPaused = true }
        pause?.isRecorded = isRecorded == true
    }

    func ask(_ question: ApprovalQuestion, _ fence: FencingToken) async throws(Refusal) -> OpenRequest {
        try requirePlace()
        beginning += 1
        hasAsked = true
        defer { beginning -= 1 }
        do {
            let epoch = try await setting.store.revocationEpoch()
            let record = record(of: question)
            let request = OpenRequest(record, question, epoch: epoch)
            try await records.asked(request)
            // An answer may come as soon as the record can be seen.
            open[record.id] = request
            if isClosed { request.end.happen(.void("the run ended")) }
            do {
                _ = try await setting.store.create(record.record, fence: fence, limit: setting.limits.pending)
            } catch {
                open[record.id] = nil
                await records.ended(request, .void, error.message)
                throw error
            }
            watch()
            announce.yield(record)
            return request
        } catch let error as StoreError {
            throw Refusal(error)
        } catch let error as LedgerError {
            throw Refusal(.ledgerUnavailable, "nobody is asked, since that cannot be recorded: \(error.message)")
        } catch {
            throw Refusal(.approvalUnavailable, "\(error)")
        }
    }

    func record(of question: ApprovalQuestion) -> ApprovalRecord {
        let canonical = question.canonical
        let request = ApprovalRequest(
            id: RequestName.make(), nonce: .make(), run: run, principal: setting.context.principal,
            agentIsConfined: setting.context.agent.confinement == .confined, requirement: question.requirement,
            asked: .now, expires: canonical.expires,
            offers: [.init(scope: .once, subject: question.digest, shown: question.shown.digest)])
        var server: String?
        if case .server(let registered, _) = question.tool.implementation { server = registered.server.name.rawValue }
        return ApprovalRecord(
            request: request, call: question.name, tool: canonical.tool, server: server, task: canonical.task,
            agent: setting.context.agent.name, intentDigest: canonical.intentDigest,
            toolDigest: canonical.toolDigest, rules: question.decision.askingRules.sorted(), shown: question.shown)
    }

    func wait(for request: OpenRequest) async -> OpenRequest.End {
        let left = request.record.request.expires - .now
        let timing = Task {
            guard await Reactor.shared.sleep(until: .now + .seconds(left)) == .deadlinePassed else { return }
            request.end.happen(.expired)
        }
        defer { timing.cancel() }
        return await withTaskCancellationHandler {
            await request.end.wait()
        } onCancel: {
            request.end.happen(.cancelled)
        }
    }

    func settle(
        _ request: OpenRequest, _ end: OpenRequest.End, _ fence: FencingToken
    ) async throws(Refusal) -> GrantedApproval {
        switch end {
        case .granted(let grant):
            do {
                return try await GrantedApproval.consume(
                    request.record, grant, callDigest: request.question.digest, store: setting.store, fence: fence,
                    epoch: request.epoch)
            } catch {
                await close(request, .void, error.reason, recordedAs: .void)
                throw error
            }
        case .denied(let person, let reason):
            await close(request, .denied, reason, recordedAs: nil)
            throw Refusal(.approvalDenied, "\(person) denied this call" + (reason.map { ": \($0)" } ?? ""))
        case .expired:
            await close(request, .expired, nil, recordedAs: .expired)
            throw Refusal(.approvalExpired, "nobody approved this call in time")
        case .cancelled:
            await close(request, .cancelled, nil, recordedAs: .cancelled)
            throw Refusal(.cancelled, "the call was cancelled while it waited for a person's approval")
        case .paused(let refusal):
            await close(request, .void, refusal.reason, recordedAs: .void)
            throw refusal
        case .void(let why):
            await close(request, .void, why, recordedAs: .void)
            throw Refusal(.approvalVoid, "the call waited for a person's approval, and \(why)")
        }
    }

    /// Says in the store and in the ledger that a request is over. It is, whether that can be said or not: nobody but
    /// this process acts on it.
    func close(
        _ request: OpenRequest, _ state: ApprovalRecord.State, _ reason: String?,
        recordedAs verdict: ApprovalAnsweredEntry.Verdict?
    ) async {
        while let found = try? await setting.store.record(.approval, request.record.id),
            var record = ApprovalRecord(found), record.state == .pending
        {
            if state == .cancelled { record.cancel() } else { record.state = state }
            record.reason = reason
            if (try? await setting.store.replace(record.record, fence: fence)) != false { break }
        }
        if let verdict { await records.ended(request, verdict, reason) }
    }
}

extension Moment {
    /// By the system's wall clock, which a person may set.
    package static var now: Moment { Moment(secondsSince1970: Timestamp.now().millisecondsSince1970 / 1000) }
}

/// Names of requests: eight letters and digits that a person can read out and type. Unpredictable, not secret.
enum RequestName {
    private static let digits = Array("23456789abcdefghjkmnpqrstuvwxyz")

    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return String((0..<8).map { _ in digits[Int.random(in: 0..<digits.count, using: &random)] })
    }
}
