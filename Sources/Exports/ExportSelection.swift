import LinuxIO

/// Which entries are exported.
package struct ExportSelection: Sendable {
    /// The earliest time; nil from the first entry on.
    package var since: Timestamp?
    /// The first moment that does not belong any more; nil up to the last entry.
    package var until: Timestamp?
    /// The beginning of a run's name; nil for all entries, those of no run too.
    package var run: String?

    package init(since: Timestamp? = nil, until: Timestamp? = nil, run: String? = nil) {
        self.since = since
        self.until = until
        self.run = run
    }

    /// An entry whose time cannot be read belongs to every time: nothing is left out in silence.
    func includes(_ entry: ExportedEntry) -> Bool {
        if let run, entry.run?.hasPrefix(run) != true { return false }
        guard let time = entry.time else { return true }
        return since.map { time >= $0 } ?? true && until.map { time < $0 } ?? true
    }
}
