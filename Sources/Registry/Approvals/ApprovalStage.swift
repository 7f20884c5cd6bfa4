import Approvals
import Glibc
import Ledger
import LinuxIO
import Manifests
import Policy
import Store
import StrictJSON

/// The stage at which people decide: between the decision that asks for them and the one that counts.
///
///     Decision (approve) ─ ApprovalQuestion ─▶ asked, on record ─▶ answers, verified ─▶ GrantedApproval ─▶ Decision
///
/// Whoever waits here holds nothing that other calls need. Whatever goes wrong, takes too long or is taken back ends in
/// a refusal; a yes is used up before the call is decided again.
package actor ApprovalStage {
    /// What keeps a run from drowning people in questions.
    package struct Limits: Sendable {
        /// Requests of a run that wait at once.
        package var pending = 32
        /// Answers to one request.
        package var answers = 32
        /// Noes to one kind of call, after which people are asked nothing more.
        package var denials = 3

        package init() {}
    }

    /// What a stage is made with.
    package struct Setting: Sendable {
        package var store: any StateStore
        package var ledger: Ledger
        package var context: RunContext
        package var purpose: String
        /// Whose approval counts, by the position of the rule.
        package var terms: [ApprovalTerms?]
        /// When no call of the task goes ahead any more; nil if never.
        package var taskEnds: Moment?
        /// Reads who may sign and whose keys are revoked, anew at every answer.
        package var judge: @Sendable () async throws(ApprovalRefusal) -> ApprovalJudge
        package var limits = Limits()

        package init(
            store: any StateStore, ledger: Ledger, context: RunContext, purpose: String, terms: [ApprovalTerms?],
            taskEnds: Moment?, judge: @escaping @Sendable () async throws(ApprovalRefusal) -> ApprovalJudge
        ) {
            self.store = store
            self.ledger = ledger
            self.context = context
            self.purpose = purpose
            self.terms = terms
            self.taskEnds = taskEnds
            self.judge = judge
        }
    }

    private let setting: Setting
    private let records: ApprovalRecorder
    /// Requests as they are made, for whoever tells people of them on the spot; the latest are kept.
    package nonisolated let questions: AsyncStream<ApprovalRecord>
    private let announce: AsyncStream<ApprovalRecord>.Continuation

    private var fence: FencingToken?
    private var open: [String: OpenRequest] = [:]
    /// Of questions that are being put on record.
    private var beginning = 0
    private var patterns: [ActivePattern] = []
    private var kept: [String: [KeptAnswer]] = [:]
    private var seen: [String: Int] = [:]
    private var denials: [DenialTally.Shape: Int] = [:]
    private var isPaused = false
    private var isClosed = false
    private var watching: Task<Void, Never>?

    package init(_ setting: Setting) {
        self.setting = setting
        records = ApprovalRecorder(ledger: setting.ledger, context: setting.context)
        (questions, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    private var run: String { setting.context.run }

    /// Nothing is asked before: `fence` is the right to write as the run's host.
    package func begin(_ fence: FencingToken) { self.fence = fence }

    /// Ends every request. To be called when the run ends.
    package func finish() async {
        isClosed = true
        for request in open.values { request.end.happen(.void("the run ended")) }
        watching?.cancel()
        announce.finish()
        let day: Int64 = 86_400_000
        let now = Timestamp.now().millisecondsSince1970
        // What is old serves nobody: the ledger has it. What cannot be removed now is so the next time.
        for state in ApprovalRecord.State.allCases where state != .pending {
            try? await setting.store.removeRecords(.approval, in: state.rawValue, before: now - 30 * day)
        }
        try? await setting.store.removeRecords(.answer, in: GivenAnswer.State.read.rawValue, before: now - day)
        try? await setting.store.removeRecords(.pattern, in: ActivePattern.state, before: now - 30 * day)
    }

    // MARK: Asking

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
        if let pattern = pattern(for: question) {
            do {
                return try await GrantedApproval.draw(
                    on: pattern, for: pattern.asked, callDigest: question.digest, store: setting.store, fence: fence)
            } catch {
                // Used up, or taken back: then people are asked.
                patterns.removeAll { $0.key == pattern.key }
            }
        }
        try await requireNotPaused()
        let request = try await ask(question, fence)
        let end = await wait(for: request)
        open[request.record.id] = nil
        kept[request.record.id] = nil
        seen[request.record.id] = nil
        return try await settle(request, end, fence)
    }

    private func requireNotPaused() async throws(Refusal) {
        guard isPaused else { return }
        // Only people resume it, in the store.
        let record = try? await setting.store.record(.run, run)
        if let record, let found = RunRecord(record), !found.isPaused {
            isPaused = false
            denials = [:]
            return
        }
        throw Refusal(
            .approvalsPaused,
            "people denied \(setting.limits.denials) calls of this kind and are not asked any more in this run")
    }

    private func ask(_ question: ApprovalQuestion, _ fence: FencingToken) async throws(Refusal) -> OpenRequest {
        guard open.count + beginning < setting.limits.pending else {
            throw Refusal(
                .tooManyApprovals,
                "\(setting.limits.pending) calls of this run wait for people already; wait for their answers")
        }
        beginning += 1
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

    private func record(of question: ApprovalQuestion) -> ApprovalRecord {
        let canonical = question.canonical
        let request = ApprovalRequest(
            id: RequestName.make(), nonce: .make(), run: run, principal: setting.context.principal,
            agentIsConfined: setting.context.agent.confinement == .confined, requirement: question.requirement,
            asked: .now, expires: canonical.expires,
            offers: [.init(scope: .once, subject: question.digest, shown: question.shown.digest)])
        return ApprovalRecord(
            request: request, call: question.name, tool: canonical.tool, task: canonical.task,
            agent: setting.context.agent.name, intentDigest: canonical.intentDigest,
            toolDigest: canonical.toolDigest, rules: question.decision.askingRules.sorted(), shown: question.shown)
    }

    private func wait(for request: OpenRequest) async -> OpenRequest.End {
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

    private func settle(
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
        case .void(let why):
            await close(request, .void, why, recordedAs: .void)
            throw Refusal(.approvalVoid, "the call waited for a person's approval, and \(why)")
        }
    }

    /// Says in the store and in the ledger that a request is over. It is, whether that can be said or not: nobody but
    /// this process acts on it.
    private func close(
        _ request: OpenRequest, _ state: ApprovalRecord.State, _ reason: String?,
        recordedAs verdict: ApprovalAnsweredEntry.Verdict?
    ) async {
        while let found = try? await setting.store.record(.approval, request.record.id),
            var record = ApprovalRecord(found), record.state == .pending
        {
            record.state = state
            record.reason = reason
            if (try? await setting.store.replace(record.record, fence: fence)) != false { break }
        }
        if let verdict { await records.ended(request, verdict, reason) }
    }

    // MARK: Answers

    /// Whatever other processes leave in the store while requests wait: answers and revocations.
    private func watch() {
        guard watching == nil, let changes = try? setting.store.changes() else { return }
        watching = Task {
            for await _ in changes {
                guard await look() else { break }
            }
        }
    }

    /// False when nothing waits any more: then nobody has to look.
    private func look() async -> Bool {
        guard !open.isEmpty || beginning > 0 else {
            watching = nil
            return false
        }
        await lookForRevocations()
        let query = StateQuery(
            .answer, run: run, state: GivenAnswer.State.unread.rawValue, limit: GivenAnswer.mostUnread)
        // What cannot be read now is read at the next look.
        for record in (try? await setting.store.records(query)) ?? [] {
            guard var given = GivenAnswer(record) else {
                try? await setting.store.removeRecords(.answer, in: record.state, before: 0)
                continue
            }
            given.outcome = await take(given.answer, from: nil)
            _ = try? await setting.store.replace(given.record(run: run), fence: fence)
        }
        return true
    }

    private func lookForRevocations() async {
        guard let oldest = open.values.map(\.epoch).min(),
            let revocations = try? await setting.store.revocations(after: oldest)
        else { return }
        for request in open.values {
            for revocation in revocations where revocation.epoch > request.epoch && revocation.covers(request.record) {
                request.end.happen(.void("\(revocation.by) revoked it"))
            }
        }
    }

    /// Verifies an answer and acts on it.
    ///
    /// - Parameter peer: Of the local user, from the kernel; nil of what comes through the store.
    package func take(_ answer: OfferedAnswer, from peer: PeerEvidence?) async -> AnswerOutcome {
        do {
            return try await accept(answer, from: peer)
        } catch {
            return .refused(code: error.code, message: error.message, remedy: error.remedy)
        }
    }

    /// The local user, on the terminal of the run's own host.
    package func takeFromTerminal(_ answer: OfferedAnswer) async -> AnswerOutcome {
        await take(
            answer,
            from: PeerEvidence(
                user: geteuid(), runOwner: geteuid(), isInsideBox: false, method: .terminal,
                name: setting.context.principal))
    }

    private func accept(
        _ answer: OfferedAnswer, from peer: PeerEvidence?
    ) async throws(ApprovalRefusal) -> AnswerOutcome {
        let requests = try requests(of: answer)
        for request in requests {
            seen[request.record.id, default: 0] += 1
            guard seen[request.record.id, default: 0] <= setting.limits.answers else {
                throw ApprovalRefusal(
                    .init("too-many-answers"), "request `\(request.record.id)` has had too many answers",
                    remedy: "deny it, or wait until it expires")
            }
        }
        do {
            return try await weigh(answer, from: peer, requests)
        } catch {
            // Whoever tries something must not go unseen.
            for request in requests { await records.refused(request, answer, error) }
            throw error
        }
    }

    private func requests(of answer: OfferedAnswer) throws(ApprovalRefusal) -> [OpenRequest] {
        var ids = [answer.request]
        if case .plan(let plan) = answer.scope { ids = plan }
        guard ids.first == answer.request else {
            throw ApprovalRefusal(.wrongRequest, "a plan's answer is to the first of its requests")
        }
        var requests: [OpenRequest] = []
        for id in ids {
            guard let request = open[id] else {
                throw ApprovalRefusal(
                    .wrongRequest, "request `\(id)` does not wait in run `\(run)`",
                    remedy: "`agentbox approve list` shows those that wait")
            }
            requests.append(request)
        }
        return requests
    }

    private func weigh(
        _ answer: OfferedAnswer, from peer: PeerEvidence?, _ requests: [OpenRequest]
    ) async throws(ApprovalRefusal) -> AnswerOutcome {
        let offer: ApprovalOffer
        do {
            offer = try ApprovalOffer(answer.scope, requests.map(\.record))
        } catch {
            throw ApprovalRefusal(.wrongSubject, error.message, remedy: error.remedy)
        }
        var request = offer.request
        request.requirement = requests.dropFirst().reduce(request.requirement) {
            $0.combined(with: $1.record.request.requirement)
        }
        let matcher = try matcher(offer, request, requests)
        let judge = try await setting.judge()
        let now = Moment.now
        let counters = SignatureCounters(store: setting.store)
        let answer = KeptAnswer(
            answer: answer, peer: peer, lastCounter: try await counters.last(of: answer), received: now)
        let verifier = AnswerVerifier(judge: judge, request: request, now: now)
        let accepted = try verifier.verify(answer).get()
        try await counters.keep(accepted, of: answer)
        // The record comes before the effect.
        for request in requests {
            do {
                try await records.answered(request, answer.answer, accepted)
            } catch {
                throw ApprovalRefusal(
                    .init("ledger-unavailable"), "the answer cannot be recorded: \(error.message)",
                    remedy: error.remedy)
            }
        }
        let lead = request.id
        kept[lead, default: []].append(answer)
        let answers = (kept[lead] ?? []).compactMap { kept in
            kept.answer.scope == answer.answer.scope ? try? verifier.verify(kept).get() : nil
        }
        switch Quorum.verdict(of: answers, for: request, now: now) {
        case .waiting(let missing): return .waiting(missing: missing)
        case .denied(let person, let reason):
            for request in requests { request.end.happen(.denied(by: person.name, reason: reason)) }
            await count(requests)
            return .denied
        case .granted(let grant):
            try await begin(offer.pattern, matcher, grant, requests)
            for request in requests { request.end.happen(.granted(grant)) }
            return .granted
        }
    }

    private func count(_ requests: [OpenRequest]) async {
        for request in requests {
            let record = request.record
            let shape = DenialTally.Shape(tool: record.tool, code: "approval-denied", rules: record.rules)
            denials[shape, default: 0] += 1
            guard denials[shape, default: 0] >= setting.limits.denials, !isPaused else { continue }
            isPaused = true
            // Paused it is in any case: without a record of it nobody can resume it.
            _ = try? await setting.store.update(run: run, fence: fence) { $0.isPaused = true }
        }
    }

    // MARK: Patterns

    private func pattern(for question: ApprovalQuestion) -> ActivePattern? {
        let now = Moment.now
        patterns.removeAll { $0.calls.expires <= now }
        return patterns.first { $0.covers(question, now: now) }
    }

    private func matcher(
        _ offer: ApprovalOffer, _ request: ApprovalRequest, _ requests: [OpenRequest]
    ) throws(ApprovalRefusal) -> PatternMatcher? {
        guard let pattern = offer.pattern, let first = requests.first else { return nil }
        guard request.requirement.quorum == 1 else {
            throw ApprovalRefusal(
                .wrongSubject, "calls that take several people are approved one by one",
                remedy: "leave `--pattern` out")
        }
        guard let matcher = PatternMatcher(pattern, of: first.question.tool.definition.policyTool),
            matcher.matches(first.question.call.policyCall)
        else {
            throw ApprovalRefusal(
                .wrongSubject, "the pattern does not cover the very call that asks",
                remedy: "name every argument that the call has: `agentbox approve show` shows them")
        }
        return matcher
    }

    private func begin(
        _ pattern: CallPattern?, _ matcher: PatternMatcher?, _ grant: QuorumVerdict.Grant, _ requests: [OpenRequest]
    ) async throws(ApprovalRefusal) {
        guard let pattern, let matcher, let first = requests.first else { return }
        let active = ActivePattern(pattern, first.record, grant, matcher, epoch: first.epoch)
        do {
            // The call that asks is the first of them.
            _ = try await setting.store.create(active.record(used: 1), fence: fence)
        } catch {
            throw ApprovalRefusal(.init(error.code), error.message, remedy: error.remedy)
        }
        patterns.append(active)
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
