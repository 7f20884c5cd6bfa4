import Approvals
import LinuxIO
import Registry
import Store
import StrictJSON

/// Where a person, from any process of this user outside of the boxes, sees the requests for approvals of all runs and
/// answers them: `agentbox approve`, the console, the prompt on the terminal.
///
/// ```swift
/// let desk = try await ApprovalDesk.open(home)
/// for await pending in try desk.watch() { … }
/// let outcome = try await desk.answer(OfferedAnswer(to: id, .allow, proof: .localUser))
/// ```
package struct ApprovalDesk: Sendable {
    package let home: Home
    package let store: any StateStore

    package init(home: Home, store: any StateStore) {
        self.home = home
        self.store = store
    }

    /// Opens the desk of a home.
    package static func open(_ home: Home) async throws(StoreError) -> ApprovalDesk {
        let store = try await BlockingPool.shared.run { () throws(StoreError) in try SQLiteStateStore(home) }
        return ApprovalDesk(home: home, store: store)
    }

    // MARK: Looking

    /// The requests that wait, oldest first; of one run or of all. Those whose run has died are not among them.
    package func pending(run: String? = nil) async throws(StoreError) -> [ApprovalRecord] {
        let records = try await store.records(
            StateQuery(.approval, run: run, state: ApprovalRecord.State.pending.rawValue))
        let now = Moment.now
        return records.compactMap { ApprovalRecord($0) }
            .filter { $0.request.expires > now && isAlive($0.run) }
            .sorted { ($0.request.asked, $0.id) < ($1.request.asked, $1.id) }
    }

    /// Every request of the last month, whatever became of it, oldest first.
    package func all(run: String? = nil) async throws(StoreError) -> [ApprovalRecord] {
        try await store.records(StateQuery(.approval, run: run)).compactMap { ApprovalRecord($0) }
            .sorted { ($0.request.asked, $0.id) < ($1.request.asked, $1.id) }
    }

    /// The request of that identifier.
    ///
    /// - Throws: `ApprovalError` if there is none.
    package func approval(_ id: String) async throws -> ApprovalRecord {
        guard let record = try await store.record(.approval, id).flatMap({ ApprovalRecord($0) }) else {
            throw ApprovalError.unknown(id)
        }
        return record
    }

    /// The answers that were given to a request, in their order, as `approve show` lists them.
    package func answers(to id: String) async throws(StoreError) -> [GivenAnswer] {
        try await store.records(StateQuery(.answer)).compactMap { GivenAnswer($0) }.filter { $0.answer.request == id }
    }

    /// How far these requests are, by their identifiers.
    package func progress(of records: [ApprovalRecord]) async throws(StoreError) -> [String: ApprovalProgress] {
        let answers = Dictionary(
            grouping: try await store.records(StateQuery(.answer)).compactMap { GivenAnswer($0) }, by: \.answer.request)
        return Dictionary(uniqueKeysWithValues: records.map { ($0.id, ApprovalProgress($0, answers[$0.id] ?? [])) })
    }

    /// The requests that wait, at once and again whenever that changes. It ends with the task.
    package func watch(run: String? = nil) throws(StoreError) -> AsyncStream<[ApprovalRecord]> {
        let changes = try store.changes()
        return AsyncStream { continuation in
            let watching = Task {
                var last: [ApprovalRecord]?
                for await _ in changes {
                    // What cannot be read now is read at the next change.
                    guard let pending = try? await pending(run: run), pending != last else { continue }
                    last = pending
                    continuation.yield(pending)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in watching.cancel() }
        }
    }

    // MARK: Answering

    /// What an approver has to be shown and to sign for an answer of that scope.
    ///
    /// - Throws: `ApprovalError` if the request does not wait any more, or cannot be answered so.
    package func draft(
        _ id: String, _ verdict: ApprovalStatement.Verdict, scope: OfferedAnswer.Scope = .once, approver: String,
        reason: String? = nil, now: Moment = .now
    ) async throws -> AnswerDraft {
        var records = [try await approval(id)]
        if case .plan(let ids) = scope {
            records = []
            for id in ids { records.append(try await approval(id)) }
        }
        for record in records where record.state != .pending { throw ApprovalError.over(record) }
        let offer = try ApprovalOffer(scope, records)
        guard
            let statement = ApprovalStatement(
                verdict, to: offer.request, scope: scope.statementScope, approver: approver, reason: reason, now: now)
        else { throw ApprovalError.notOffered(id) }
        return AnswerDraft(shown: offer.shown, statement: statement)
    }

    /// Gives an answer to the process that asked, and says what it made of it. Being the local user counts only through
    /// the run's own socket, anything signed through the store.
    ///
    /// - Parameter answer: Of the local user with the digest of the draft that they were `shown`; without, they were
    ///   shown what the store says now.
    package func answer(_ answer: OfferedAnswer) async throws -> AnswerOutcome {
        let record = try await approval(answer.request)
        guard record.state == .pending else { throw ApprovalError.over(record) }
        guard case .localUser = answer.proof else { return try await leave(answer, for: record) }
        var answer = answer
        if answer.shown == nil {
            answer.shown = try await draft(
                record.id, answer.verdict, scope: answer.scope, approver: record.request.principal
            ).shown.digest
        }
        let path = RunDirectory.approvalSocket(of: record.run, in: home)
        return try await ApprovalSocket.send(answer, to: path)
    }

    /// Lets people be asked again in a run that was paused by their denials. False if it was not paused.
    package func resume(_ run: String) async throws -> Bool {
        guard let found = try await store.record(.run, run).flatMap({ RunRecord($0) }), found.state == .live else {
            throw ApprovalError.unknownRun(run)
        }
        guard found.isPaused else { return false }
        return try await store.update(run: run) { $0.isPaused = false }
    }

    /// How long the asking process may take to look at an answer.
    private static let patience = Duration.seconds(15)

    private func leave(_ answer: OfferedAnswer, for request: ApprovalRecord) async throws -> AnswerOutcome {
        let changes = try store.changes()
        let left = GivenAnswer(answer)
        _ = try await store.create(left.record(run: request.run), fence: nil, limit: GivenAnswer.mostUnread)
        let deadline = ContinuousClock.now + Self.patience
        for await _ in changes {
            if let outcome = try await store.record(.answer, left.key).flatMap({ GivenAnswer($0) })?.outcome {
                return outcome
            }
            if ContinuousClock.now > deadline { break }
        }
        throw ApprovalError.unread(request.run)
    }

    private func isAlive(_ run: String) -> Bool {
        guard let run = RunIdentifier(run) else { return false }
        return (try? RunDirectory.isAlive(run, in: home)) ?? true
    }
}

/// What is shown and signed for one answer.
package struct AnswerDraft: Sendable {
    /// Exactly what the approver has to be shown: the statement names its digest.
    package let shown: ShownText
    package let statement: ApprovalStatement
}
