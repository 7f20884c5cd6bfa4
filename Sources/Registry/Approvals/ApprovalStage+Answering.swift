import Approvals
import Glibc
import Ledger
import LinuxIO
import Store

// Answers, from wherever they come, and revocations.
extension ApprovalStage {
    /// Whatever other processes leave in the store while requests wait: answers and revocations.
    func watch() {
        guard watching == nil, let changes = try? setting.store.changes() else { return }
        watching = Task {
            for await _ in changes {
                guard await look() else { break }
            }
        }
    }

    /// False when nothing waits any more: then nobody has to look.
    func look() async -> Bool {
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
                // Nobody can read it, and it must not stand before those that can be read.
                var read = record
                read.state = GivenAnswer.State.read.rawValue
                _ = try? await setting.store.replace(read, fence: fence)
                continue
            }
            given.outcome = await take(given.answer, from: nil)
            _ = try? await setting.store.replace(given.record(run: run), fence: fence)
        }
        return true
    }

    func lookForRevocations() async {
        guard let oldest = open.values.map(\.epoch).min(),
            let revocations = try? await setting.store.revocations(after: oldest)
        else { return }
        for request in open.values {
            guard let why = Self.why(revocations, of: request) else { continue }
            request.end.happen(.void(why))
        }
    }

    /// Why a request is void; nil if nothing that it rests on was revoked since it was made.
    func revocation(of request: OpenRequest) async -> String? {
        let revocations = try? await setting.store.revocations(after: request.epoch)
        return Self.why(revocations ?? [], of: request)
    }

    private static func why(_ revocations: [Revocation], of request: OpenRequest) -> String? {
        revocations.first { $0.epoch > request.epoch && $0.covers(request.record) }.map { "\($0.by) revoked it" }
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

    /// An answer that did not come through the store: kept there for whoever looks at the request.
    package func takeDirectly(_ answer: OfferedAnswer, from peer: PeerEvidence) async -> AnswerOutcome {
        var given = GivenAnswer(answer)
        let outcome = await take(answer, from: peer)
        given.outcome = outcome
        // Nothing depends on it.
        _ = try? await setting.store.create(given.record(run: run), fence: fence)
        return outcome
    }

    /// The local user, on the terminal of the run's own host.
    package func takeFromTerminal(_ answer: OfferedAnswer) async -> AnswerOutcome {
        await takeDirectly(
            answer,
            from: PeerEvidence(
                user: geteuid(), runOwner: geteuid(), isInsideBox: false, method: .terminal,
                name: setting.context.principal))
    }

    func accept(
        _ answer: OfferedAnswer, from peer: PeerEvidence?
    ) async throws(ApprovalRefusal) -> AnswerOutcome {
        let requests = try requests(of: answer)
        var isFlood = false
        for request in requests {
            seen[request.record.id, default: 0] += 1
            guard seen[request.record.id, default: 0] > setting.limits.answers else { continue }
            isFlood = true
            // A no always gets through.
            guard answer.verdict == .deny else {
                throw ApprovalRefusal(
                    .init("too-many-answers"), "request `\(request.record.id)` has had too many answers",
                    remedy: "deny it, or wait until it expires")
            }
        }
        do {
            return try await weigh(answer, from: peer, requests)
        } catch {
            // Whoever tries something must not go unseen.
            if !isFlood {
                for request in requests { await records.refused(request, answer, error) }
            }
            throw error
        }
    }

    func requests(of answer: OfferedAnswer) throws(ApprovalRefusal) -> [OpenRequest] {
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

    func weigh(
        _ answer: OfferedAnswer, from peer: PeerEvidence?, _ requests: [OpenRequest]
    ) async throws(ApprovalRefusal) -> AnswerOutcome {
        let offer: ApprovalOffer
        do {
            offer = try ApprovalOffer(answer.scope, requests.map(\.record))
        } catch {
            throw ApprovalRefusal(.wrongSubject, error.message, remedy: error.remedy)
        }
        let request = offer.request
        let matcher = try matcher(offer, request, requests)
        let judge = try await setting.judge()
        let now = Moment.now
        let counters = SignatureCounters(store: setting.store)
        let answer = KeptAnswer(
            answer: answer, peer: peer, lastCounter: try await counters.last(of: answer), received: now)
        let verifier = AnswerVerifier(judge: judge, request: request, now: now)
        let accepted = try verifier.verify(answer).get()
        // The same statement is the same answer, whoever hands it in again.
        let lead = request.id
        guard self.accepted[lead, default: []].insert(accepted.statement.digest).inserted else {
            throw ApprovalRefusal(.init("already-answered"), "already answered: this very answer was given before")
        }
        try await counters.keep(accepted, of: answer)
        // The record comes before the effect.
        for request in requests {
            do {
                try await records.answered(request, answer.answer, accepted)
            } catch {
                self.accepted[lead]?.remove(accepted.statement.digest)
                throw ApprovalRefusal(
                    .init("ledger-unavailable"), "the answer cannot be recorded: \(error.message)",
                    remedy: error.remedy)
            }
        }
        guard requests.allSatisfy({ open[$0.record.id] === $0 && !$0.end.hasHappened }) else { throw Self.isOver }
        kept[lead, default: []].append(answer)
        let answers = (kept[lead] ?? []).compactMap { kept in
            kept.answer.scope == answer.answer.scope ? try? verifier.verify(kept).get() : nil
        }
        switch Quorum.verdict(of: answers, for: request, now: now) {
        case .waiting(let missing): return .waiting(missing: missing)
        case .denied(let person, let reason):
            let denied = requests.filter { $0.end.happen(.denied(by: person.name, reason: reason)) }
            guard !denied.isEmpty else { throw Self.isOver }
            await count(denied)
            return .denied
        case .granted(let grant):
            var active: ActivePattern?
            if let pattern = offer.pattern, let matcher, let first = requests.first {
                active = try await keep(pattern, matcher, grant, answer, to: request, first)
            }
            // While the pattern was written, a no or the end of its time may have come first. Of a plan each call may
            // be over for itself.
            let granted = requests.filter { $0.end.happen(.granted(grant)) }
            guard !granted.isEmpty else {
                if let active { await retire(active) }
                throw Self.isOver
            }
            if let active { patterns.append(active) }
            return .granted
        }
    }

    private static let isOver = ApprovalRefusal(
        .wrongRequest, "the request is over: it was answered, or its time has passed")

    func count(_ requests: [OpenRequest]) async {
        for request in requests {
            let shape = request.shape
            denials[shape, default: 0] += 1
            guard denials[shape, default: 0] >= setting.limits.denials else { continue }
            let refusal = Refusal(
                .approvalsPaused,
                "people denied \(setting.limits.denials) calls of this kind and are not asked any more in this run")
            // Those that wait already are not asked either.
            for other in open.values where other.shape == shape { other.end.happen(.paused(refusal)) }
            await stopAsking(refusal)
        }
    }
}

extension OpenRequest {
    /// What calls have in common that people are asked about for the same reason.
    fileprivate var shape: DenialTally.Shape {
        DenialTally.Shape(tool: record.tool, code: "approval-denied", rules: record.rules)
    }
}
