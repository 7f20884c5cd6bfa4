import Ledger
import LinuxIO
import StrictJSON

/// One run as far as the ledger has been read: enough for a line of the list and for the top of its page. What each call
/// was in full is read when it is shown.
struct RunOverview: Sendable {
    var context: RunContext
    var started: Timestamp
    var workspace: String?
    var command: [String]
    var version: String
    /// In the order in which they were decided or asked about.
    var calls: [CallMark] = []
    /// Denials that were counted and not recorded one by one.
    var countedDenials: [DenialsEntry.Count] = []
    var ended: Timestamp?
    var outcome: JSON?
    /// Of the last entry that names the run.
    var lastSeen: Timestamp
    /// Files that its calls changed, by path.
    var changedFiles: Set<String> = []
    /// Changes that the entries had no room for.
    var changesOmitted: Int64 = 0
    /// Where each call is in `calls`.
    private var places: [String: Int] = [:]

    init(_ entry: RunStartedEntry) {
        context = entry.context
        started = entry.time
        workspace = entry.workspace
        command = entry.command
        version = entry.version
        lastSeen = entry.time
    }

    /// One call.
    struct CallMark: Sendable {
        /// Its name within the run.
        let name: String
        var tool: String
        var state: CallState
        var traits: CallTraits = []
        /// Where its entries are.
        var asked: LogPosition?
        var answered: [LogPosition] = []
        var decided: LogPosition?
        var ended: LogPosition?

        var isApproved: Bool { traits.contains(.approved) && state != .denied && state != .waiting }

        var positions: [LogPosition] { [asked, decided, ended].compactMap(\.self) + answered }
    }

    /// The call of that name.
    func call(_ name: String) -> CallMark? { places[name].map { calls[$0] } }

    /// Changes the call of that name, which is added if it is not there yet.
    mutating func change(_ name: String, tool: String, _ body: (inout CallMark) -> Void) {
        if places[name] == nil {
            places[name] = calls.count
            calls.append(CallMark(name: name, tool: tool, state: .waiting))
        }
        if let place = places[name] { body(&calls[place]) }
    }

    /// Counts of one shape may have been recorded in several entries.
    mutating func add(_ count: DenialsEntry.Count) {
        let place = countedDenials.firstIndex {
            $0.tool == count.tool && $0.code == count.code && $0.rules == count.rules
        }
        guard let place else { return countedDenials.append(count) }
        let (sum, isTooLarge) = countedDenials[place].count.addingReportingOverflow(count.count)
        countedDenials[place].count = isTooLarge ? .max : sum
    }

    func count(_ state: CallState) -> Int { calls.count { $0.state == state } }
    func count(_ trait: CallTraits) -> Int { calls.count { $0.traits.contains(trait) } }

    /// Calls that went ahead after a person's yes. A yes alone is not enough: what a call would do may have changed since.
    var approved: Int { calls.count(where: \.isApproved) }

    /// Denied one by one, and counted.
    var denied: Int64 {
        // They come from a file: their sum may be anything.
        countedDenials.reduce(Int64(count(.denied))) { sum, count in
            let (total, isTooLarge) = sum.addingReportingOverflow(count.count)
            return isTooLarge ? .max : total
        }
    }

    /// Calls that were started.
    var wentAhead: Int { calls.count { ![.denied, .waiting].contains($0.state) } }

    /// Files that a person knows: git's own would drown them.
    var knownFiles: [String] { changedFiles.filter { !$0.hasPrefix(".git/") }.sorted() }
    var changedGit: Bool { changedFiles.contains { $0.hasPrefix(".git/") } }

    /// How long it went on, or has so far.
    var microseconds: Int64 {
        let end = ended ?? lastSeen
        return max(0, end.millisecondsSince1970 - started.millisecondsSince1970) * 1000
    }
}
