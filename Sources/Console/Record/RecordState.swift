import Ledger
import LinuxIO
import StrictJSON

/// What the ledger says as far as it has been read.
struct RecordState: Sendable {
    /// Grows with every entry: what a page that follows the record compares.
    private(set) var version: UInt64
    private(set) var entries: UInt64 = 0
    private(set) var lastEntry: (index: LedgerIndex, kind: String, time: Timestamp?)?
    private(set) var kinds: [String: Int] = [:]
    /// Where every 256th entry stands.
    private var marks: [LogPosition] = []
    private(set) var recent: [(position: LogPosition, kind: String, time: Timestamp?)] = []
    /// Why it cannot be read further.
    var problem: LedgerError?

    private var runs: [String: RunOverview] = [:]
    private var order: [String] = []

    static let mostRecent = 50

    init(version: UInt64 = 0) { self.version = version }

    /// The newest first.
    var newestFirst: [RunOverview] { order.reversed().compactMap { runs[$0] } }
    var runCount: Int { order.count }

    func run(_ name: String) -> RunOverview? { runs[name] }

    /// The run that a call's decision stands in.
    func call(decidedAt index: LedgerIndex) -> (run: RunOverview, call: RunOverview.CallMark)? {
        for name in order {
            guard let run = runs[name], let call = run.calls.first(where: { $0.decided?.index == index }) else {
                continue
            }
            return (run, call)
        }
        return nil
    }

    /// A place at or before an entry, not far from it.
    func place(before index: LedgerIndex) -> LogPosition? {
        guard index < entries else { return nil }
        let mark = Int(index / 256)
        return marks.indices.contains(mark) ? marks[mark] : nil
    }

    mutating func add(_ facts: [LedgerFact]) {
        for fact in facts {
            version += 1
            entries = fact.position.index + 1
            if fact.position.index % 256 == 0 { marks.append(fact.position) }
            kinds[fact.kind, default: 0] += 1
            lastEntry = (fact.position.index, fact.kind, fact.time)
            recent.append((fact.position, fact.kind, fact.time))
            add(fact)
        }
        recent.removeFirst(max(0, recent.count - Self.mostRecent))
    }

    private mutating func add(_ fact: LedgerFact) {
        let position = fact.position
        func seen(_ run: inout RunOverview?) { if let time = fact.time { run?.lastSeen = time } }
        switch fact.content {
        case .started(let entry):
            guard runs[entry.context.run] == nil else { return }
            runs[entry.context.run] = RunOverview(entry)
            order.append(entry.context.run)
        case .asked(let run, let call, let tool, _):
            runs[run]?.change(call, tool: tool) {
                $0.asked = position
                $0.traits.insert(.asked)
                // What ran on a copy before has a decision already.
                if $0.ended == nil { $0.state = .waiting }
            }
            seen(&runs[run])
        case .answered(let run, let call, let verdict, let breakGlass):
            runs[run]?.change(call, tool: "") {
                $0.answered.append(position)
                if breakGlass { $0.traits.insert(.breakGlass) }
                switch verdict {
                case "allow": $0.traits.insert(.approved)
                // It counts for nothing: others may still answer.
                case "refused": break
                default: if $0.state == .waiting { $0.state = .denied }
                }
            }
            seen(&runs[run])
        case .decided(let run, let call, let tool, let isAllowed, let isApproved):
            runs[run]?.change(call, tool: tool) {
                $0.decided = position
                $0.tool = tool
                $0.state = isAllowed ? .running : .denied
                if isApproved && isAllowed { $0.traits.insert(.approved) }
            }
            seen(&runs[run])
        case .finished(let run, _, let call, let end):
            runs[run]?.change(call, tool: "") {
                $0.ended = position
                $0.state = end.state
                if end.isRefused { $0.traits.insert(.refused) }
                if !end.changed.isEmpty || end.omitted > 0 { $0.traits.insert(.changed) }
            }
            runs[run]?.changedFiles.formUnion(end.changed)
            runs[run]?.changesOmitted += max(0, min(end.omitted, 1 << 32))
            seen(&runs[run])
        case .denials(let run, let counts):
            for count in counts { runs[run]?.add(count) }
            seen(&runs[run])
        case .ended(let entry):
            runs[entry.context.run]?.ended = entry.time
            runs[entry.context.run]?.outcome = entry.outcome
            seen(&runs[entry.context.run])
        case .other:
            break
        }
    }
}
