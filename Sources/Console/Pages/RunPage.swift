import Ledger
import LinuxIO

/// One run: in a sentence, in numbers, then call by call.
enum RunPage {
    private static let perPage = 100
    private static let mostStopped = 6

    static func html(_ visit: Visit, run name: String) async throws -> HTML? {
        let frame = await Frame(visit, .runs)
        guard let run = frame.record.run(name) else { return nil }
        let filter = CallFilter(visit.query)
        let found = run.calls.filter(filter.matches)
        let page = Pagination(visit.query["page"], count: found.count, per: perPage)
        let isAlive = frame.isAlive(run)
        let stopped = run.calls.filter { $0.state == .denied || $0.traits.contains(.refused) }
        let shown = Array(found[page.range])
        let entries = try await visit.site.index.entries(
            at: shown.flatMap(\.positions) + stopped.prefix(mostStopped).flatMap(\.positions))
        func record(_ mark: RunOverview.CallMark) -> CallRecord { CallRecord(mark, entries, isRunAlive: isAlive) }
        return frame.page("\(run.context.task)", refreshes: isAlive) {
            Parts.trail([("Runs", PagePath())])
            HTML(.div, .id("overview"), .data("live", "")) {
                HTML(.div, .class("headline")) {
                    HTML(.h1) { "\(run.context.task)" }
                    if isAlive { HTML(.span, .class("badge", "running")) { "● Running" } }
                }
                RunWords.summary(run, isAlive: isAlive)
                tiles(run, filter)
                HTML(.div, .class("panels")) {
                    changedPanel(run)
                    stoppedPanel(run, stopped.prefix(mostStopped).map(record), all: stopped.count, filter)
                    toolsPanel(run, filter)
                }
            }
            HTML(.section, .id("timeline"), .data("live", "")) {
                HTML(.h2) { title(filter, found.count) }
                if found.isEmpty {
                    nothing(run, filter, isAlive: isAlive)
                } else {
                    HTML(.ol, .class("calls")) { for mark in shown { CallRow.html(record(mark), run: run) } }
                    page.links { filter.path(name, page: $0) }
                }
                counted(run)
            }
            HTML(.section, .class("about")) {
                HTML(.h2) { "About this run" }
                about(run)
            }
        }
    }

    private static func title(_ filter: CallFilter, _ count: Int) -> HTML {
        let what: HTML = filter.show == .all ? "Calls" : "Calls: " + filter.show.label
        guard let tool = filter.tool else { return what + HTML(.span, .class("dim")) { " \(count)" } }
        return what + " of " + HTML(.code) { "\(tool)" } + HTML(.span, .class("dim")) { " \(count)" }
    }

    private static func tiles(_ run: RunOverview, _ filter: CallFilter) -> HTML {
        func tile(_ number: some BinaryInteger, _ show: CallFilter.Show) -> HTML {
            Parts.tile(
                number, show.label, show.style, href: filter.path(run.context.run, show: show, tool: .some(nil)),
                isCurrent: filter.show == show)
        }
        return HTML(.div, .class("tiles"), .set(.role, "group"), .aria("label", "Filter the calls")) {
            tile(run.calls.count, .all)
            tile(run.wentAhead, .ahead)
            tile(run.denied, .denied)
            tile(run.approved, .approved)
            tile(run.count(.waiting), .waiting)
            tile(run.calls.count { CallFilter.Show.failedStates.contains($0.state) }, .failed)
            tile(run.count(.refused), .refused)
            tile(run.count(.changed), .changed)
        }
    }

    private static func changedPanel(_ run: RunOverview) -> HTML {
        HTML(.section, .class("panel")) {
            HTML(.h2) { "What it changed" }
            if run.knownFiles.isEmpty && !run.changedGit {
                HTML(.p, .class("dim")) { "Nothing in the workspace." }
            } else {
                HTML(.ul, .class("plain")) {
                    for file in run.knownFiles.prefix(8) { HTML(.li) { HTML(.code) { "\(file)" } } }
                    let more = Int64(max(0, run.knownFiles.count - 8)) + run.changesOmitted
                    if more > 0 { HTML(.li, .class("dim")) { "and \(more) more" } }
                    if run.changedGit { HTML(.li) { "the git repository" } }
                }
                HTML(.p) {
                    HTML(.a, .href(PagePath("runs", run.context.run, "changes"))) { "See every line that changed" }
                }
            }
        }
    }

    private static func stoppedPanel(
        _ run: RunOverview, _ calls: [CallRecord], all: Int, _ filter: CallFilter
    ) -> HTML {
        HTML(.section, .class("panel")) {
            HTML(.h2) { "What was stopped" }
            if calls.isEmpty {
                HTML(.p, .class("dim")) { "Nothing: every call was within the task." }
            } else {
                HTML(.ul, .class("plain", "stopped")) {
                    for call in calls {
                        HTML(.li) {
                            HTML(.a, .href(CallRow.path(call, run))) { "\(call.tool)" }
                            " "
                            CallWords.arguments(call, limit: 48)
                            if call.state != .denied {
                                HTML(.span, .class("dim")) { " — the sandbox refused a part of it" }
                            }
                        }
                    }
                }
                if all > calls.count {
                    HTML(.p) {
                        HTML(.a, .href(filter.path(run.context.run, show: .denied, tool: .some(nil)))) {
                            "See all that was denied"
                        }
                    }
                }
            }
        }
    }

    private static func toolsPanel(_ run: RunOverview, _ filter: CallFilter) -> HTML {
        let tools = Dictionary(grouping: run.calls, by: \.tool).sorted {
            ($1.value.count, $0.key) < ($0.value.count, $1.key)
        }
        return HTML(.section, .class("panel")) {
            HTML(.h2) { "Which tools it used" }
            if tools.isEmpty { HTML(.p, .class("dim")) { "None yet." } }
            HTML(.ul, .class("plain", "bars")) {
                for (tool, calls) in tools.prefix(10) {
                    HTML(.li) {
                        HTML(
                            .a, .href(filter.path(run.context.run, show: .all, tool: .some(tool))),
                            filter.tool == tool ? .aria("current", "true") : nil
                        ) { "\(tool)" }
                        HTML(.span, .class("dim")) {
                            " \(calls.count)"
                            let denied = calls.count { $0.state == .denied }
                            if denied > 0 { ", \(denied) denied" }
                        }
                    }
                }
                if tools.count > 10 { HTML(.li, .class("dim")) { "and \(tools.count - 10) more" } }
            }
        }
    }

    private static func nothing(_ run: RunOverview, _ filter: CallFilter, isAlive: Bool) -> HTML {
        if !run.calls.isEmpty {
            return Parts.empty("No call is like that") {
                HTML(.p) { HTML(.a, .href(PagePath("runs", run.context.run))) { "See all \(run.calls.count) calls" } }
            }
        }
        return Parts.empty(isAlive ? "No call yet" : "The agent made no call") {
            HTML(.p) {
                isAlive
                    ? "Calls show up here as the agent makes them."
                    : "An agent reaches tools by MCP on the socket that AGENTBOX_SOCKET names, by `agentbox connect`, or by `agentbox call`."
            }
        }
    }

    private static func counted(_ run: RunOverview) -> HTML? {
        guard !run.countedDenials.isEmpty else { return nil }
        return HTML(.div, .class("note")) {
            HTML(.p) { "Further denials were counted and not recorded one by one, since many like them had been:" }
            HTML(.ul) {
                for count in run.countedDenials.prefix(20) {
                    HTML(.li) { "\(count.count) of \(count.tool ?? "several tools"): \(count.code)" }
                }
            }
        }
    }

    private static func about(_ run: RunOverview) -> HTML {
        Parts.facts([
            ("Run", HTML(.code) { "\(run.context.run)" }),
            ("Task", "\(run.context.task)"),
            ("Accountable", "\(run.context.principal)"),
            (
                "Agent",
                run.context.agent.confinement == .confined
                    ? "\(RunWords.agent(run)), in a box of its own"
                    : "\(RunWords.agent(run)), not confined: it ran as the user"
            ),
            ("Started", Parts.time(run.started, withDay: true)),
            ("Ended", run.ended.map { Parts.time($0, withDay: true) }),
            ("Workspace", run.workspace.map { path in HTML(.code) { "\(path)" } }),
            (
                "Command",
                run.command.isEmpty ? nil : HTML(.code) { HTML.text(run.command.joined(separator: " "), limit: 400) }
            ),
            ("Intent", Parts.digest(run.context.intentDigest)),
            ("agentbox", "\(run.version)"),
        ])
    }
}

extension CallFilter.Show {
    /// Those that did not end as they should have.
    static let failedStates: Set<CallState> = [.failed, .unknown]
}
