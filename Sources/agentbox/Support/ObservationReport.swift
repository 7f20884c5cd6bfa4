import Diagnostics
import LinuxIO
import Observe

/// What a workflow was seen to do, for people.
struct ObservationReport {
    private let observation: Observation

    init(_ observation: Observation) { self.observation = observation }

    var lines: [String] {
        var lines = ["", count(observation.credentials.count, "static credential") + " came to its programs"]
        for credential in observation.credentials {
            lines.append("  \(VisibleText.line(credential.place.text)): \(VisibleText.line(credential.kind))")
            lines.append("      had by       \(programs(credential.programs))")
            let hosts = credential.hosts.isEmpty ? "nowhere" : credential.hosts.joined(separator: ", ")
            lines.append("      then reached \(VisibleText.line(hosts))")
            lines.append("      lives        \(VisibleText.line(credential.lifetimeText(now: .now())))")
        }
        lines.append(count(observation.destinations.count, "destination"))
        for destination in observation.destinations {
            lines.append("  \(VisibleText.line(destination.name)) by \(programs(destination.programs))")
        }
        if observation.isIncomplete { lines.append("more happened than could be kept: this is not all") }
        if observation.gaveUpRights { lines.append("while it was watched no program could gain rights (sudo, ping)") }
        if observation.leftBehind { lines.append("something that it started goes on, and is not watched any more") }
        return lines
    }

    private func programs(_ programs: [String]) -> String {
        let shown = programs.prefix(6).map { VisibleText.line($0.split(separator: "/").last.map(String.init) ?? $0) }
        return shown.joined(separator: ", ") + (programs.count > 6 ? " and \(programs.count - 6) more" : "")
    }

    private func count(_ number: Int, _ word: String) -> String {
        number == 0 ? "no \(word)" : "\(number) \(word)\(number == 1 ? "" : "s")"
    }
}
