import Diagnostics
import Manifests
import Runs

/// What was taken back of a run's changes, and when; or that it never changed anything.
struct UndoNotes {
    private let changes: RunChanges

    init(_ changes: RunChanges) { self.changes = changes }

    var lines: [String] {
        if changes.touched.isEmpty { return ["the run changed nothing in its workspace"] }
        var lines = changes.undos.map { undo in
            let names = undo.changes.prefix(5).map { VisibleText.quoted($0.path) }.joined(separator: ", ")
            return "taken back on \(undo.time): \(names)"
                + (undo.changes.count > 5 ? " and \(undo.changes.count - 5) more" : "")
        }
        if changes.net.isEmpty { lines.append("nothing of what the run changed is left") }
        return lines
    }
}

extension RunChanges {
    /// Refuses a name under which the run changed nothing: it would be taken for one that was taken back.
    func requireChange(at path: String) throws(CommandError) {
        let wanted = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        let isKnown = wanted.isEmpty || touched.contains { $0 == wanted || $0.hasPrefix(wanted + "/") }
        guard !isKnown else { return }
        let near = Nearest.match(wanted, among: Array(touched)).map { "did you mean \(VisibleText.quoted($0))? " } ?? ""
        throw CommandError(
            "the run changed nothing at \(VisibleText.quoted(path))",
            remedy: near + "`agentbox changes show` lists what it changed")
    }
}
