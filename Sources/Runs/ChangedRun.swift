import Sandbox
import Store

/// Finds the folder of a run whose changes a person asks about.
package enum ChangedRun {
    /// The run of that name or beginning, or without one the last that changed something.
    package static func directory(named name: String?, in home: Home) throws -> String {
        let runs = try RunDirectory.all(in: home)
        if let name {
            let found = runs.filter { $0.description.hasPrefix(name) }
            guard let run = found.first else { throw RunError.unknownRun(name, among: runs.map(\.description)) }
            guard found.count == 1 else {
                throw RunError(
                    "`\(name)` could be any of \(found.count) runs", remedy: "`agentbox audit log --all` shows them")
            }
            return home.runs + "/" + run.description
        }
        for run in runs.reversed() {
            let path = home.runs + "/" + run.description
            if try !ChangeStore(runDirectory: path).records().isEmpty { return path }
        }
        throw RunError("no run has changed anything yet")
    }
}
