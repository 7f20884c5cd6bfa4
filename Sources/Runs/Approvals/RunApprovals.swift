import Approvals
import Diagnostics
import Glibc
import Ledger
import LinuxIO
import Manifests
import Registry
import Store

/// What of approvals belongs to one run's host: its place in the store, the socket at which the local user answers, and
/// who is told of new requests.
final class RunApprovals: Sendable {
    let stage: ApprovalStage
    let store: any StateStore
    private let principal: String
    private let asksPeople: Bool
    private let path: String
    private let fence = Locked<FencingToken?>(nil)
    private let serving = Locked<Task<Void, Never>?>(nil)

    init(
        _ manifests: TaskManifests, store: any StateStore, ledger: Ledger, context: RunContext, startedAt: Timestamp,
        directory: RunDirectory, signers: SignerFiles
    ) {
        let intent = manifests.intent
        let deadline = TaskDeadline(intent, startedAt: startedAt)
        self.store = store
        principal = intent.principal
        asksPeople = intent.asksPeople
        path = directory.approvalSocket
        stage = ApprovalStage(
            ApprovalStage.Setting(
                store: store, ledger: ledger, context: context, purpose: intent.purpose,
                terms: intent.rules.map(\.approval),
                taskEnds: deadline.map { Moment(secondsSince1970: $0.moment.millisecondsSince1970 / 1000) }
            ) { () throws(ApprovalRefusal) in
                try await BlockingPool.shared.run { () throws(ApprovalRefusal) in try signers.judge() }
            })
    }

    /// Puts the run where other processes see it, and answers can come to it.
    func begin(_ record: RunRecord) async throws {
        let fence = try await store.begin(record.record, fencing: RunRecord.fence(of: record.run))
        self.fence.withLock { $0 = fence }
        await stage.begin(fence)
        guard asksPeople else { return }
        let (stage, principal) = (stage, principal)
        let task = try ApprovalSocket.serve(at: path) { answer, peer in
            await stage.takeDirectly(
                answer,
                from: PeerEvidence(
                    user: peer.user, runOwner: geteuid(), isInsideBox: !peer.isOutside,
                    method: answer.isOfConsole ? .console : .peer, name: principal))
        }
        serving.withLock { $0 = task }
    }

    /// Asks for each request as it is made: on the agent's terminal where a person sits at it and the request may be
    /// answered there; of any other it says where that is. Until the run ends.
    func announce(to note: @escaping @Sendable (String) -> Void, on session: TerminalSession?) {
        guard asksPeople else { return }
        let asking = session.map { TerminalApprover($0, stage, store, note: note) }
        Task { [stage] in
            for await record in stage.questions {
                if let asking, TerminalApprover.mayAsk(record) {
                    Task { await asking.ask(record) }
                    continue
                }
                note(
                    "call \(record.call) of `\(record.tool)` waits for \(record.request.requirement.words): "
                        + "agentbox approve show \(record.id)")
            }
        }
    }

    /// The run is over. What cannot be written now the next start finds: its process is gone.
    func end(_ run: String) async {
        serving.withLock { $0 }?.cancel()
        let fence = fence.withLock { $0 }
        _ = try? await store.update(run: run, fence: fence) { $0.state = .ended }
        let month: Int64 = 30 * 86_400_000
        let now = Timestamp.now().millisecondsSince1970
        try? await store.removeRecords(.run, in: RunRecord.State.ended.rawValue, before: now - month)
        try? await store.removeRecords(.lease, in: LeaseRecord.State.dead.rawValue, before: now - month)
    }
}
