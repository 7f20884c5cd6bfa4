import Ledger
import LinuxIO
import StrictJSON

/// One call as the ledger has it: its entries, read again.
struct CallRecord: Sendable {
    let mark: RunOverview.CallMark
    var asked: JSON?
    /// One of each person who was heard.
    var answers: [JSON] = []
    var decided: DecidedEntry?
    var ended: EndedEntry?
    /// The run still goes on, so a call without an end may still get one.
    let isRunAlive: Bool

    init(_ mark: RunOverview.CallMark, _ entries: [LedgerIndex: JSON], isRunAlive: Bool) {
        self.mark = mark
        self.isRunAlive = isRunAlive
        asked = mark.asked.flatMap { entries[$0.index] }
        answers = mark.answered.compactMap { entries[$0.index] }
        decided = mark.decided.flatMap { entries[$0.index] }.flatMap { try? DecidedEntry($0) }
        ended = mark.ended.flatMap { entries[$0.index] }.flatMap { try? EndedEntry($0) }
    }

    var outcome: JSON? { ended?.outcome }

    /// When it was first heard of.
    var time: Timestamp? {
        asked?["time"]?.stringValue.flatMap { Timestamp($0) } ?? decided?.time ?? ended?.time
    }

    /// What became of it; of one that has no end, whether it can still get one.
    var state: CallState {
        switch mark.state {
        case .running where !isRunAlive: .unknown
        case .waiting where !isRunAlive: .denied
        default: mark.state
        }
    }

    var tool: String { decided?.tool ?? mark.tool }

    /// Of its process.
    var microseconds: Int64? { outcome?["durationMicroseconds"]?.integerValue }

    var changes: [JSON] { outcome?["changes"]?.arrayValue ?? [] }
    var violations: [JSON] { outcome?["violations"]?.arrayValue ?? [] }

    /// Why it was decided so; for a call that waits, that it does.
    var reason: String? { decided?.decision["reason"]?.stringValue }

    /// What its sandbox gave it beyond its profile: word and subject.
    var grants: [(word: String, subject: String)]? {
        guard let list = decided?.grants?.arrayValue else { return nil }
        return list.flatMap { grant in
            (grant.objectValue ?? JSONObject()).compactMap { member in
                member.value.stringValue.map { (member.key, $0) }
            }
        }
    }
}
