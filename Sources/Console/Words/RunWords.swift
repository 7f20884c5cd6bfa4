import Ledger

/// A run in a sentence or two: what somebody understands who has never seen one.
enum RunWords {
    static func agent(_ run: RunOverview) -> String { run.context.agent.name ?? "an agent" }

    /// What the agent did and what it was kept from.
    static func summary(_ run: RunOverview, isAlive: Bool) -> HTML {
        HTML(.p, .class("summary")) {
            HTML(.strong) { "\(agent(run))" }
            run.context.agent.confinement == .confined
                ? (isAlive ? ", in a box of its own, works on " : ", in a box of its own, worked on ")
                : (isAlive ? ", outside of any box, works on " : ", outside of any box, worked on ")
            HTML(.strong) { "\(run.context.task)" }
            " for \(run.context.principal). "
            calls(run)
            " "
            changed(run)
            refused(run)
            end(run, isAlive: isAlive)
        }
    }

    private static func calls(_ run: RunOverview) -> HTML {
        let denied = run.denied
        let waiting = run.count(.waiting)
        let made = Int64(clamping: run.wentAhead + waiting) + denied
        guard made > 0 else { return "It has made no calls." }
        return HTML {
            "It made \(Numbers.count(made, "call")): "
            "\(run.wentAhead) went ahead"
            if run.approved > 0 { ", \(run.approved) of them after a person’s yes" }
            if denied > 0 {
                ", "
                HTML(.strong, .class("bad")) { "\(denied) \(denied == 1 ? "was" : "were") denied" }
            }
            if waiting > 0 {
                ", "
                HTML(.strong, .class("warn")) { "\(waiting) \(waiting == 1 ? "waits" : "wait") for a person" }
            }
            "."
        }
    }

    private static func changed(_ run: RunOverview) -> HTML {
        let files = run.knownFiles
        guard !files.isEmpty || run.changedGit || run.changesOmitted > 0 else { return "It changed nothing. " }
        var parts = files.prefix(3).map { file in HTML(.code) { "\(file)" } }
        let more = Int64(max(0, files.count - 3)) + run.changesOmitted
        if more > 0 { parts.append("\(more) more") }
        if run.changedGit { parts.append("the git repository") }
        let last = parts.popLast() ?? ""
        return "It changed " + (parts.isEmpty ? last : HTML.joined(parts, separator: ", ") + " and " + last) + ". "
    }

    private static func refused(_ run: RunOverview) -> HTML {
        let count = run.count(.refused)
        guard count > 0 else { return HTML() }
        return HTML {
            "The sandbox "
            HTML(.strong, .class("bad")) { "refused something in \(Numbers.count(count, "call"))" }
            ". "
        }
    }

    private static func end(_ run: RunOverview, isAlive: Bool) -> HTML {
        if isAlive { return HTML(.strong) { "It is running." } }
        guard run.ended != nil else { return "It has no end on record: agentbox was killed." }
        let how = run.outcome?["end"]?.stringValue.map { ": " + $0 } ?? ""
        return "It ended after \(Numbers.duration(microseconds: run.microseconds))\(how)."
    }
}
