import Approvals
import LinuxIO
import Registry
import Store

/// Carries questions to the agent's terminal, and the person's answers back.
///
/// INVARIANT: only what the local user may answer (A1) is asked there: the terminal is the agent's to draw on.
struct TerminalApprover: Sendable {
    private let session: TerminalSession
    private let stage: ApprovalStage
    private let store: any StateStore
    private let note: @Sendable (String) -> Void

    init(
        _ session: TerminalSession, _ stage: ApprovalStage, _ store: any StateStore,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.session = session
        self.stage = stage
        self.store = store
        self.note = note
    }

    /// True if the answer of the local user is enough for it, or a part of what is.
    static func mayAsk(_ record: ApprovalRecord) -> Bool {
        let requirement = record.request.requirement
        return record.request.agentIsConfined && requirement.assurance == .localUser && requirement.roles.isEmpty
            && !requirement.excludesPrincipal
    }

    /// Asks, and hands the answer on. A request that ends meanwhile is taken off the screen.
    func ask(_ record: ApprovalRecord) async {
        let watching = Task { [store, session] in
            guard let changes = try? store.changes() else { return }
            for await _ in changes {
                // What cannot be read now is read at the next change; the question expires in any case.
                guard let found = try? await store.record(.approval, record.id) else { continue }
                guard found.state != ApprovalRecord.State.pending.rawValue else { continue }
                return session.withdraw(record.id)
            }
        }
        defer { watching.cancel() }
        let expires = Timestamp(millisecondsSince1970: record.request.expires.secondsSince1970 * 1000)
        let answer = await session.ask(TerminalQuestion(id: record.id, text: record.shown, expires: expires))
        let verdict: ApprovalStatement.Verdict
        switch answer {
        case .allow: verdict = .allow
        case .deny: verdict = .deny
        // The stage itself denies what nobody answers.
        case .expired, .cancelled: return
        }
        switch await stage.takeFromTerminal(OfferedAnswer(to: record.id, verdict, proof: .localUser)) {
        case .granted, .denied: break
        case .waiting(let missing):
            note("your yes to `\(record.id)` counts; it waits for \(missing) more: agentbox approve show \(record.id)")
        case .refused(_, let message, _): note("your answer to `\(record.id)` does not count: \(message)")
        }
    }
}
