import Approvals
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
    let setting: Setting
    let records: ApprovalRecorder
    /// Requests as they are made, for whoever tells people of them on the spot; the latest are kept.
    package nonisolated let questions: AsyncStream<ApprovalRecord>
    let announce: AsyncStream<ApprovalRecord>.Continuation

    var fence: FencingToken?
    var open: [String: OpenRequest] = [:]
    /// Of questions that are being put on record.
    var beginning = 0
    var patterns: [ActivePattern] = []
    var kept: [String: [KeptAnswer]] = [:]
    var seen: [String: Int] = [:]
    var denials: [DenialTally.Shape: Int] = [:]
    /// Digests of the statements that were accepted: one counts once.
    var accepted: [String: Set<SubjectDigest>] = [:]
    /// Questions that ended without a person: the agent gave the call up, or nobody answered.
    var unanswered = 0
    var pause: Pause?
    var isClosed = false
    var hasAsked = false
    var watching: Task<Void, Never>?

    package init(_ setting: Setting) {
        self.setting = setting
        records = ApprovalRecorder(ledger: setting.ledger, context: setting.context)
        (questions, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    var run: String { setting.context.run }

    /// Why people are asked nothing more.
    struct Pause {
        let refusal: Refusal
        /// False until the store has it: only then a person can have ended it there.
        var isRecorded = false
    }

    /// Nothing is asked before: `fence` is the right to write as the run's host.
    package func begin(_ fence: FencingToken) { self.fence = fence }

    /// Ends every request. To be called when the run ends.
    package func finish() async {
        isClosed = true
        for request in open.values { request.end.happen(.void("the run ended")) }
        watching?.cancel()
        announce.finish()
        guard hasAsked else { return }
        let day: Int64 = 86_400_000
        let now = Timestamp.now().millisecondsSince1970
        // What is old serves nobody: the ledger has it. What cannot be removed now is so the next time.
        for state in ApprovalRecord.State.allCases where state != .pending {
            try? await setting.store.removeRecords(.approval, in: state.rawValue, before: now - 30 * day)
        }
        try? await setting.store.removeRecords(.answer, in: GivenAnswer.State.read.rawValue, before: now - day)
        for state in [ActivePattern.state, ActivePattern.voidState] {
            try? await setting.store.removeRecords(.pattern, in: state, before: now - 30 * day)
        }
    }
}
