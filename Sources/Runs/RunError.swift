import Diagnostics
import Manifests

/// What is wrong with a run that a person asks about.
package struct RunError: Diagnostic, Equatable {
    package let code = "run"
    package let message: String
    package let remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    /// No run is called so, or begins so.
    package static func unknownRun(_ name: String, among runs: [String]) -> RunError {
        // Runs are named by day: the same beginning is what a person remembers best.
        func shared(_ run: String) -> Int { zip(run, name).prefix { $0 == $1 }.count }
        let close = Nearest.match(name, among: runs).map { [$0] } ?? []
        let alike = runs.reversed().filter { shared($0) >= 4 }.sorted { shared($0) > shared($1) }
        let near = (close + alike.filter { !close.contains($0) }).prefix(3)
        let shown = near.isEmpty ? Array(runs.suffix(3).reversed()) : Array(near)
        let names = shown.map { VisibleText.quoted($0) }.joined(separator: ", ")
        let remedy = near.isEmpty ? "the last runs are \(names)" : "near are \(names)"
        return RunError(
            "there is no run \(VisibleText.quoted(name))",
            remedy: runs.isEmpty ? nil : remedy + "; `agentbox audit log --all` shows all")
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
