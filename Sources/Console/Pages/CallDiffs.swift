import LinuxIO
import Runs
import Sandbox
import Store

/// What a call changed, line by line, from the contents that its run kept.
enum CallDiffs {
    private static let most = 40

    /// Nil if it changed nothing; what is not kept any more is said.
    static func of(_ call: CallRecord, run: RunOverview, home: Home) async -> HTML? {
        guard call.mark.traits.contains(.changed) else { return nil }
        guard let name = RunIdentifier(run.context.run),
            let changes = try? await RunChanges.load(runDirectory: home.runs + "/" + name.description),
            let record = changes.records.first(where: { $0.origin.call == call.mark.name && !$0.origin.isUndo })
        else {
            return HTML(.section) {
                HTML(.h2) { "Line by line" }
                HTML(.p, .class("dim")) { "What the files held is not kept any more." }
            }
        }
        return await section("Line by line", record.changes, in: changes)
    }

    static func section(_ title: HTML, _ list: [WorkspaceChange], in changes: RunChanges) async -> HTML {
        var pieces: [HTML] = []
        // What git keeps for itself is compressed: there is nothing in it to read.
        let files = list.filter { !$0.path.hasPrefix(".git/") }
        for change in files.prefix(most) {
            let diff = try? await changes.diff(of: change)
            pieces.append(piece(change, diff))
        }
        let more = files.count - pieces.count
        let inGit = list.count - files.count
        return HTML(.section) {
            HTML(.h2) { title }
            HTML.joined(pieces)
            if more > 0 { HTML(.p, .class("dim")) { "and \(Numbers.count(more, "file")) more" } }
            if inGit > 0 { HTML(.p, .class("dim")) { "and \(Numbers.count(inGit, "name")) in .git: see `git log`" } }
        }
    }

    private static func piece(_ change: WorkspaceChange, _ diff: FileDiff?) -> HTML {
        HTML(.div, .class("file")) {
            HTML(.h3) {
                HTML(.span, .class("badge", "plain")) { kind(change) }
                " "
                HTML(.code) { "\(change.path)" }
            }
            if let review = change.review {
                HTML(.p, .class("banner", "warn")) { "Look at it before you use it: \(review)." }
            }
            switch diff ?? .unknown {
            case .text(let text) where !text.isEmpty: Parts.diff(text)
            case .text: HTML(.p, .class("dim")) { "Only its permissions changed." }
            case .binary: HTML(.p, .class("dim")) { "It is not a text." }
            case .tooLarge: HTML(.p, .class("dim")) { "It is too large to compare line by line." }
            case .unknown: HTML(.p, .class("dim")) { "What it held is not kept." }
            case .none: HTML()
            }
        }
    }

    private static func kind(_ change: WorkspaceChange) -> HTML {
        switch change.kind {
        case .created: "created"
        case .modified: "modified"
        case .removed: "removed"
        case .modeChanged: "permissions changed"
        }
    }
}
