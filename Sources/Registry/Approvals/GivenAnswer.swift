import Approvals
import LinuxIO
import Store
import StrictJSON

/// An answer as it lies in the store, and what the asking process made of it.
package struct GivenAnswer: Hashable, Sendable {
    /// Sorts by the moment at which it was left.
    package let key: String
    package let answer: OfferedAnswer
    /// Nil until the asking process has looked at it.
    package var outcome: AnswerOutcome?
    /// Who that process found it to be from.
    package var approver: String?
    private let version: Int64

    /// So many unread answers may lie there for one run.
    package static let mostUnread = 64

    enum State: String {
        case unread, read
    }

    package init(_ answer: OfferedAnswer) {
        let digits = String(Timestamp.now().millisecondsSince1970, radix: 16)
        key = String(repeating: "0", count: max(0, 12 - digits.count)) + digits + "-" + Nonce.make().description
        self.answer = answer
        version = 0
    }

    /// Nil if the record is none of an answer.
    package init?(_ record: StateRecord) {
        guard record.kind == .answer, let answer = record.body["answer"].flatMap({ OfferedAnswer($0) }) else {
            return nil
        }
        key = record.key
        self.answer = answer
        outcome = record.body["outcome"].flatMap { AnswerOutcome($0) }
        approver = record.body["approver"]?.stringValue
        version = record.version
    }

    /// To be created, or to replace the one that it was read from.
    package func record(run: String) -> StateRecord {
        var body: JSONObject = ["answer": answer.json]
        body["outcome"] = outcome?.json
        body["approver"] = approver.map(JSON.string)
        return StateRecord(
            .answer, key, run: run, state: (outcome == nil ? State.unread : .read).rawValue, body: .object(body),
            version: version, changed: .now())
    }
}
