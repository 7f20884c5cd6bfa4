import Approvals

/// A request that waits, as the host that asked knows it: what answers are verified against.
final class OpenRequest: Sendable {
    let record: ApprovalRecord
    let question: ApprovalQuestion
    /// Of revocations, when it was made.
    let epoch: Int64
    /// The first thing that ends it counts.
    let end = FirstToHappen<End>()

    enum End: Sendable {
        case granted(QuorumVerdict.Grant)
        case denied(by: String, reason: String?)
        case expired
        case cancelled
        case void(String)
        /// People are asked nothing more of its kind.
        case paused(Refusal)
    }

    init(_ record: ApprovalRecord, _ question: ApprovalQuestion, epoch: Int64) {
        self.record = record
        self.question = question
        self.epoch = epoch
    }
}

/// An answer that counted when it came, with all that it takes to judge it again.
struct KeptAnswer: Sendable {
    let answer: OfferedAnswer
    let peer: PeerEvidence?
    /// What a browser's credential had counted to before.
    let lastCounter: UInt32
    /// When the local user said it; what is signed says it itself.
    let received: Moment
}
