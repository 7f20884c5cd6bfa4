import Ledger
import LinuxIO

/// All runs, the newest first.
enum RunsPage {
    private static let perPage = 25

    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .runs)
        let words = (visit.query["find"] ?? "").lowercased()
        let all = frame.record.newestFirst
        let found = words.isEmpty ? all : all.filter { matches($0, words) }
        let page = Pagination(visit.query["page"], count: found.count, per: perPage)
        let alive = Set(found[page.range].filter(frame.isAlive).map(\.context.run))
        return frame.page("Runs", refreshes: !alive.isEmpty) {
            HTML(.div, .class("headline")) {
                HTML(.h1) { "Runs" }
                search(visit.query["find"] ?? "")
            }
            HTML(.div, .id("runs"), .data("live", "")) {
                if all.isEmpty {
                    nothing(visit)
                } else if found.isEmpty {
                    Parts.empty("No run matches") {
                        HTML(.p) { HTML(.a, .href(PagePath())) { "See all \(all.count) runs" } }
                    }
                } else {
                    HTML(.ol, .class("runs")) {
                        for run in found[page.range] { row(run, isAlive: alive.contains(run.context.run), frame) }
                    }
                    page.links { PagePath("runs", query: query(visit) + [("page", "\($0)")]) }
                }
            }
        }
    }

    private static func query(_ visit: Visit) -> [(StaticString, String)] {
        guard let words = visit.query["find"] else { return [] }
        return [("find", words)]
    }

    private static func matches(_ run: RunOverview, _ words: String) -> Bool {
        [run.context.task, run.context.principal, run.context.agent.name ?? "", run.context.run].contains {
            $0.lowercased().contains(words)
        }
    }

    private static func search(_ words: String) -> HTML {
        HTML(.form, .class("search"), .set(.role, "search"), .action(PagePath("runs"))) {
            HTML(.label, .class("hidden"), .for("find")) { "Find runs by task, person, agent or name" }
            HTML(
                .input, .set(.type, "search"), .id("find"), .name("find"), .value(words),
                .set(.placeholder, "Task, person or agent"), .set(.autocomplete, "off"))
            HTML(.button, .set(.type, "submit")) { "Find" }
        }
    }

    private static func nothing(_ visit: Visit) -> HTML {
        Parts.empty("No run is on record yet") {
            HTML(.p) { "Write down what a task may do, then start an agent with it:" }
            HTML(.pre) { HTML(.code) { "agentbox run task.yaml -- my-agent" } }
            HTML(.p) {
                "It shows up here while it works. This console reads "
                HTML(.code) { "\(visit.site.home.path)" }
                "; runs of another AGENTBOX_HOME are elsewhere."
            }
        }
    }

    private static func row(_ run: RunOverview, isAlive: Bool, _ frame: Frame) -> HTML {
        HTML(.li, .class("run", isAlive ? "alive" : "")) {
            HTML(.div, .class("run-head")) {
                HTML(.a, .class("run-name"), .href(PagePath("runs", run.context.run))) { "\(run.context.task)" }
                if isAlive { HTML(.span, .class("badge", "running")) { "● Running" } }
                if run.context.agent.confinement == .unconfined {
                    HTML(.span, .class("badge", "waiting"), .title("The agent ran as the user, outside of any box")) {
                        "! Not confined"
                    }
                }
                HTML(.span, .class("run-time")) {
                    Parts.time(run.started, withDay: true)
                    HTML(.span, .class("dim")) { " · \(Numbers.duration(microseconds: run.microseconds))" }
                }
            }
            HTML(.p, .class("run-who")) { "\(RunWords.agent(run)) for \(run.context.principal)" }
            strip(run)
            HTML(.ul, .class("counts")) {
                count(run.wentAhead, "went ahead", "good")
                count(run.denied, "denied", "bad")
                count(
                    run.count(.waiting), run.count(.waiting) == 1 ? "waits for a person" : "wait for a person", "warn")
                count(run.count(.failed), "failed", "warn")
                count(run.count(.refused), "with refusals of the sandbox", "bad")
                count(run.knownFiles.count, run.knownFiles.count == 1 ? "file changed" : "files changed", "")
            }
        }
    }

    /// A mark a call, in their order: where it went wrong shows at a glance. The counts say the same in words.
    private static func strip(_ run: RunOverview) -> HTML? {
        guard !run.calls.isEmpty else { return nil }
        return HTML(.div, .class("strip"), .aria("hidden", "true")) {
            for call in run.calls.prefix(150) {
                switch call.state {
                case .denied: HTML(.span, .class("no"))
                case .waiting, .failed, .unknown: HTML(.span, .class("warn"))
                case .running: HTML(.span, .class("info"))
                case .done where call.traits.contains(.refused): HTML(.span, .class("bad"))
                case .done: HTML(.span)
                }
            }
        }
    }

    private static func count(_ number: some BinaryInteger, _ words: HTML, _ style: StaticString) -> HTML? {
        guard number > 0 else { return nil }
        return HTML(.li, .class(style)) { HTML(.strong) { "\(number)" } + " " + words }
    }
}
