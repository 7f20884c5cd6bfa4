import LinuxIO
import Store

/// What all pages share: where one is, who may, and what the record says right now.
struct Frame: Sendable {
    /// The places of the navigation.
    enum Section: Sendable {
        case runs, approvals, tools, profiles, ledger, review, none
    }

    let section: Section
    let visit: Visit
    let record: RecordState
    let now: Timestamp
    /// How many requests for approvals wait.
    let pending: Int

    init(_ visit: Visit, _ section: Section) async {
        self.visit = visit
        self.section = section
        record = await visit.site.index.refresh()
        pending = await visit.site.approvals.pendingCount() ?? 0
        now = .now()
    }

    /// True if the run's process lives: then what has no end may still get one.
    func isAlive(_ run: RunOverview) -> Bool {
        guard run.ended == nil, let name = RunIdentifier(run.context.run) else { return false }
        return (try? RunDirectory.isAlive(name, in: visit.site.home)) ?? false
    }

    /// A whole page.
    ///
    /// - Parameter refreshes: Without scripts it is loaded again every few seconds, since something is going on.
    func page(_ title: HTML, refreshes: Bool = false, @HTMLBuilder content: () -> HTML) -> HTML {
        Shell.document(title: title, refreshes: refreshes) {
            HTML(.header, .class("top")) {
                HTML(.a, .class("skip"), .fragment("main")) { "Skip to the content" }
                HTML(.a, .class("brand"), .href(PagePath())) { "agentbox" + HTML(.span) { "console" } }
                navigation
                HTML(.form, .class("leave"), .set(.method, "post"), .action(PagePath("leave"))) {
                    token
                    HTML(.span, .class("live"), .id("live"), .set(.role, "status")) {}
                    HTML(.button, .class("quiet"), .set(.type, "submit")) { "Leave" }
                }
            }
            HTML(.main, .id("main"), .set(.tabindex, "-1"), .data("version", "\(record.version)")) {
                if let problem = record.problem {
                    HTML(.div, .class("banner", "bad"), .set(.role, "alert")) {
                        HTML(.strong) { "The ledger cannot be read to its end. " }
                        "\(problem.message)."
                    }
                }
                content()
            }
        }
    }

    /// What every form brings.
    var token: HTML {
        HTML(.input, .set(.type, "hidden"), .name("token"), .value(visit.session.formToken.revealed))
    }

    private var navigation: HTML {
        HTML(.nav, .aria("label", "Pages")) {
            HTML(.ul) {
                link(.runs, PagePath(), "Runs")
                link(
                    .approvals, PagePath("approvals"),
                    HTML {
                        "Approvals"
                        HTML(
                            .span, .class("pending"), .id("pending"), .data("count", ""), .flag(.hidden, pending == 0)
                        ) {
                            "\(pending)"
                            HTML(.span, .class("hidden")) { " waiting" }
                        }
                    })
                link(.tools, PagePath("tools"), "Tools")
                link(.profiles, PagePath("profiles"), "Profiles")
                link(.ledger, PagePath("ledger"), "Ledger")
                link(.review, PagePath("review"), "Review")
            }
        }
    }

    private func link(_ section: Section, _ path: PagePath, _ text: HTML) -> HTML {
        HTML(.li) {
            HTML(.a, .href(path), self.section == section ? .aria("current", "page") : nil) { text }
        }
    }
}

/// The document around everything.
enum Shell {
    static func document(title: HTML, refreshes: Bool = false, @HTMLBuilder content: () -> HTML) -> HTML {
        .document(
            HTML(.html, .set(.lang, "en")) {
                HTML(.head) {
                    HTML(.meta, .set(.charset, "utf-8"))
                    HTML(.meta, .set(.name, "viewport"), .content("width=device-width, initial-scale=1"))
                    HTML(.meta, .set(.name, "color-scheme"), .content("light dark"))
                    HTML(.title) { title + " · agentbox" }
                    // An icon of its own would be asked for elsewhere.
                    HTML(.link, .set(.rel, "icon"), .href(.noIcon))
                    HTML(.link, .set(.rel, "stylesheet"), .href(Assets.style))
                    HTML(.script, .src(Assets.script), .flag(.defer)) {}
                    if refreshes {
                        HTML(.noscript) { HTML(.meta, .set(.httpEquiv, "refresh"), .content("5")) }
                    }
                }
                HTML(.body) { content() }
            })
    }

    /// A page for somebody who has no session: no navigation, nothing of the record.
    static func plain(_ title: HTML, @HTMLBuilder content: () -> HTML) -> HTML {
        document(title: title) {
            HTML(.header, .class("top")) { HTML(.span, .class("brand")) { "agentbox" + HTML(.span) { "console" } } }
            HTML(.main, .class("plain"), .id("main")) {
                HTML(.h1) { title }
                content()
            }
        }
    }
}
