import Runs
import Store

/// All that a run changed in its workspace, as a diff.
enum ChangesPage {
    static func html(_ visit: Visit, run name: String) async throws -> HTML? {
        let frame = await Frame(visit, .runs)
        guard let run = frame.record.run(name), let identifier = RunIdentifier(name) else { return nil }
        let changes = try? await RunChanges.load(runDirectory: visit.site.home.runs + "/" + identifier.description)
        let net = changes?.net ?? []
        var diffs = HTML()
        if let changes, !net.isEmpty { diffs = await CallDiffs.section("Line by line", net, in: changes) }
        let undone = changes?.undos.count ?? 0
        return frame.page("Changes of \(run.context.task)") {
            Parts.trail([
                ("Runs", PagePath()), ("\(run.context.task)", PagePath("runs", run.context.run)),
            ])
            HTML(.h1) { "What the run changed" }
            if net.isEmpty {
                Parts.empty(undone > 0 ? "All of it was taken back" : "Nothing that is kept") {
                    HTML(.p) { HTML(.a, .href(PagePath("runs", run.context.run))) { "Back to the run" } }
                }
            } else {
                HTML(.p) {
                    "From before the run to how it left the workspace: \(Numbers.count(net.count, "name")). Take it back with "
                    HTML(.code) { "agentbox changes undo --run \(run.context.run)" }
                    "."
                }
                if undone > 0 { HTML(.p, .class("note")) { "Some of it was taken back since." } }
                let review = net.filter { $0.review != nil }
                if !review.isEmpty {
                    HTML(.div, .class("banner", "warn")) {
                        HTML(.strong) { "Look at these before you use them: your machine may execute them." }
                        HTML(.ul) {
                            for change in review {
                                HTML(.li) { HTML(.code) { "\(change.path)" } + ": \(change.review ?? "")" }
                            }
                        }
                    }
                }
                diffs
            }
        }
    }
}
