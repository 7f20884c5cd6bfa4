import Ledger
import LinuxIO
import Manifests
import StrictJSON

/// What the ledger says of one run: its context and its calls in the order of their decisions.
package struct RunHistory: Sendable {
    package var context: RunContext
    package var started: Timestamp
    package var workspace: String?
    package var command: [String]
    package var calls: [Call] = []
    /// Denials that were not recorded one by one, since many like them had been.
    package var countedDenials: [DenialsEntry.Count] = []
    /// What people were asked and answered: entries of the kinds `approval-asked` and `approval-answered`, and `decided`
    /// with the effect `approve` of calls that ran on a copy of the workspace first.
    package var approvals: [JSON] = []
    package var ended: Timestamp?
    package var outcome: JSON?

    /// One call: the decision, and the end if it was started.
    package struct Call: Sendable {
        package var index: LedgerIndex
        package var decided: DecidedEntry
        package var ended: EndedEntry?
        /// What was issued to it, and what became of that: entries of the kinds `lease-begun` and `lease-ended`.
        package var leases: [JSON] = []

        package var json: JSON {
            var object = JSONObject()
            object["index"] = .integer(Int64(index))
            object["decided"] = decided.json
            object["ended"] = ended?.json
            if !leases.isEmpty { object["leases"] = .array(leases) }
            return .object(object)
        }
    }

    package var json: JSON {
        var object = JSONObject()
        object["run"] = .string(context.run)
        object["task"] = .string(context.task)
        object["principal"] = .string(context.principal)
        object["agent"] = .string(context.agent.confinement.rawValue)
        object["agentName"] = context.agent.name.map(JSON.string)
        object["started"] = .string(started.description)
        object["ended"] = ended.map { .string($0.description) }
        object["workspace"] = workspace.map(JSON.string)
        object["command"] = .array(command.map(JSON.string))
        object["calls"] = .array(calls.map(\.json))
        if !countedDenials.isEmpty { object["countedDenials"] = .array(countedDenials.map(\.json)) }
        if !approvals.isEmpty { object["approvals"] = .array(approvals) }
        object["outcome"] = outcome
        return .object(object)
    }

    /// Which runs to read.
    package enum Selection: Sendable {
        case last
        case all
        /// A run's name, or the beginning of one.
        case named(String)
    }

    /// Hands the selected runs to `body`, in the order of their starts. A run that is still going on is handed as far
    /// as it has come. At most the calls of the selected runs are held in memory.
    ///
    /// - Throws: `LedgerError` at damage, and if the ledger does not verify, after everything before was handed on.
    package static func forEach(
        _ selection: Selection, in directory: String, _ body: (RunHistory) -> Void
    ) throws(LedgerError) {
        let wanted: (String) -> Bool
        switch selection {
        case .all: wanted = { _ in true }
        case .named(let prefix): wanted = { $0.hasPrefix(prefix) }
        case .last:
            let name = try names(in: directory).last
            wanted = { $0 == name }
        }
        var reader = try VerifiedReader(directory: directory)
        var open: [String: RunHistory] = [:]
        var order: [String] = []
        var problem: LedgerError?
        do throws(LedgerError) {
            while let record = try reader.next() {
                let json = try record.json()
                guard let run = json["run"]?.stringValue, wanted(run) else { continue }
                if json["kind"]?.stringValue == RunStartedEntry.kind { order.append(run) }
                try add(json, at: record.index, to: &open[run])
                // Hand on what is complete, so that a long ledger is not held as a whole.
                while let first = order.first, let history = open[first], history.ended != nil {
                    body(history)
                    open[first] = nil
                    order.removeFirst()
                }
            }
        } catch {
            problem = error
        }
        for run in order { if let history = open[run] { body(history) } }
        if let problem { throw problem }
    }

    /// The names of all runs, in the order of their starts; before damage those that can be read.
    package static func names(in directory: String) throws(LedgerError) -> [String] {
        var names: [String] = []
        var reader = try VerifiedReader(directory: directory)
        do throws(LedgerError) {
            while let record = try reader.next() {
                let json = try record.json()
                guard json["kind"]?.stringValue == RunStartedEntry.kind else { continue }
                if let name = json["run"]?.stringValue { names.append(name) }
            }
        } catch {
            guard !names.isEmpty else { throw error }
        }
        return names
    }

    /// Counts of one shape may have been recorded in several entries.
    private mutating func add(_ count: DenialsEntry.Count) {
        let place = countedDenials.firstIndex {
            $0.tool == count.tool && $0.code == count.code && $0.rules == count.rules
        }
        guard let place else { return countedDenials.append(count) }
        let (sum, isTooLarge) = countedDenials[place].count.addingReportingOverflow(count.count)
        countedDenials[place].count = isTooLarge ? .max : sum
    }

    private static func add(_ json: JSON, at index: LedgerIndex, to run: inout RunHistory?) throws(LedgerError) {
        switch json["kind"]?.stringValue {
        case RunStartedEntry.kind:
            let entry = try RunStartedEntry(json)
            run = RunHistory(
                context: entry.context, started: entry.time, workspace: entry.workspace, command: entry.command)
        case DecidedEntry.kind:
            let decided = try DecidedEntry(json)
            // A call that waits for people: what they said, and the decision that counts, follow.
            guard decided.effect != Intent.Effect.approve.rawValue else {
                run?.approvals.append(json)
                break
            }
            run?.calls.append(Call(index: index, decided: decided))
        case EndedEntry.kind:
            let entry = try EndedEntry(json)
            if let place = run?.calls.lastIndex(where: { $0.index == entry.decided }) {
                run?.calls[place].ended = entry
            }
        case LeaseBegunEntry.kind, LeaseEndedEntry.kind:
            let name = json["call"]?.stringValue
            if let place = run?.calls.lastIndex(where: { $0.decided.call == name }) {
                run?.calls[place].leases.append(json)
            }
        case DenialsEntry.kind:
            for count in try DenialsEntry(json).counts { run?.add(count) }
        case ApprovalAskedEntry.kind, ApprovalAnsweredEntry.kind:
            run?.approvals.append(json)
        case RunEndedEntry.kind:
            let entry = try RunEndedEntry(json)
            run?.ended = entry.time
            run?.outcome = entry.outcome
        default:
            // A kind that a later build writes is shown by `audit show`.
            break
        }
    }
}
