import Approvals
import Ledger
import LinuxIO
import Manifests
import Store

extension ApprovalStage {
    /// What keeps a run from drowning people in questions.
    package struct Limits: Sendable {
        /// Requests of a run that wait at once.
        package var pending = 32
        /// Answers to one request.
        package var answers = 32
        /// Noes to one kind of call, after which people are asked nothing more.
        package var denials = 3
        /// Questions that ended without a person, after which people are asked nothing more.
        package var unanswered = 100

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
}
