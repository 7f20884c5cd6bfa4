import LinuxIO
import Manifests
import Store
import StrictJSON

/// One tool: what its author says, what its calls may touch, and how it stands to its pin.
enum ToolPage {
    static func html(_ visit: Visit, tool name: String) async throws -> HTML? {
        let frame = await Frame(visit, .tools)
        let catalogue = await visit.site.catalogue.current()
        guard let line = catalogue.tool(name) else { return nil }
        let tool = line.tool
        return frame.page("\(name)") {
            Parts.trail([("Tools", PagePath("tools"))])
            HTML(.div, .class("headline")) {
                HTML(.h1) { "\(name)" }
                CatalogueParts.badge(line.state)
            }
            HTML(.p, .class("summary")) { HTML.text(tool.description, limit: 2000) }
            state(line)
            HTML(.div, .class("columns")) {
                HTML(.div) {
                    touches(line, catalogue)
                    says(line)
                }
                HTML(.div) {
                    pin(line)
                    use(name, frame.record)
                }
            }
            HTML(.section) {
                HTML(.h2) { line.server == nil ? "Its manifest" : "Its server’s manifest" }
                HTML(.details) {
                    HTML(.summary) { "Show all of it" }
                    Parts.json(line.manifest)
                }
            }
        }
    }

    private static func state(_ line: Catalogue.ToolLine) -> HTML? {
        switch line.state {
        case .unchanged, .stored: return nil
        case .unregistered:
            return HTML(.div, .class("banner", "warn")) {
                "Nobody has registered it on this machine. The first run registers the tools that come with agentbox; look at any other, then "
                HTML(.code) { "agentbox tool register \(line.server ?? line.name)" }
                "."
            }
        case .unreadable(let problem):
            return HTML(.div, .class("banner", "bad")) { HTML.block(problem, limit: 4000) }
        case .changed(_, let differences):
            return HTML(.section, .class("banner", "bad")) {
                HTML(.h2) { "What differs from what was registered" }
                HTML(.ul) {
                    for difference in differences.prefix(200) {
                        HTML(.li) { HTML(.code) { HTML.text(difference, limit: 1000) } }
                    }
                    if differences.isEmpty { HTML(.li) { "its digest" } }
                }
                HTML(.p) {
                    "Calls are refused. If you agree with the change: "
                    HTML(.code) { "agentbox tool register \(line.server ?? line.name)" }
                }
            }
        }
    }

    private static func touches(_ line: Catalogue.ToolLine, _ catalogue: Catalogue) -> HTML {
        let profile = line.tool.sandbox.rawValue
        let score = catalogue.profile(profile)?.score
        return HTML(.section) {
            HTML(.h2) { "What a call may touch" }
            if line.tool.grants.isEmpty {
                HTML(.p) { "Nothing by name beyond its profile." }
            } else {
                HTML(.ul) {
                    for grant in line.tool.grants {
                        HTML(.li) {
                            GrantWords.sentence([(grant.word.rawValue, grant.value.source)])
                            if line.server != nil { HTML(.span, .class("dim")) { ", all calls of a run together" } }
                        }
                    }
                }
            }
            Parts.facts([
                (
                    "Profile",
                    HTML {
                        HTML(.a, .href(PagePath("profiles", profile))) { "\(profile)" }
                        if let score {
                            " "
                            CatalogueParts.exposure(score.exposure)
                            HTML(.span, .class("dim")) { " \(score.verdict.rawValue)" }
                        }
                    }
                ),
                (
                    "Time",
                    line.tool.limits.time.map { "\(Numbers.duration(microseconds: $0.components.seconds * 1_000_000))" }
                ),
                ("Memory", line.tool.limits.memory.map { "\(Numbers.bytes(Int64($0.bytes)))" }),
                ("Output", line.tool.limits.output.map { "\(Numbers.bytes(Int64($0.bytes)))" }),
            ])
        }
    }

    private static func says(_ line: Catalogue.ToolLine) -> HTML {
        let tool = line.tool
        func word(_ flag: Bool) -> HTML { flag ? "yes" : "no" }
        return HTML(.section) {
            HTML(.h2) { "What its author says of it" }
            Parts.facts([
                ("Version", "\(tool.version)"),
                ("Tool server", line.server.map { "\($0)" }),
                ("Command", HTML(.code) { HTML.text(tool.command.map(\.source).joined(separator: " "), limit: 400) }),
                ("Reads only", word(tool.annotations.readOnly)),
                ("Destructive", word(tool.annotations.destructive)),
                ("Idempotent", word(tool.annotations.idempotent)),
                ("Reaches outside", word(tool.annotations.openWorld)),
                (
                    "Its output carries",
                    tool.outputLabels.isEmpty
                        ? "no label: it is trusted" : "\(tool.outputLabels.map(\.rawValue).joined(separator: ", "))"
                ),
            ])
        }
    }

    private static func pin(_ line: Catalogue.ToolLine) -> HTML? {
        guard let registration = line.state.registration else { return nil }
        let executable: HTML =
            switch registration.executable {
            case .stored(let name, _): HTML(.code) { "\(name)" } + ", a copy in the store"
            case .system(let program): HTML(.code) { "\(program.path)" } + ", of the system"
            }
        return HTML(.section) {
            HTML(.h2) { "Its pin" }
            Parts.facts([
                ("Registered", Parts.time(registration.registeredAt, withDay: true)),
                ("Whole", Parts.digest(registration.toolDigest.description)),
                ("Manifest", Parts.digest(registration.manifestDigest.description)),
                ("Executable", executable),
                ("", Parts.digest(registration.executableDigest.description)),
                ("Interpreter", registration.interpreter.map { script in HTML(.code) { "\(script.program.path)" } }),
                ("Profile", Parts.digest(registration.profileDigest.description)),
                ("Source", HTML(.code) { "\(line.file)" }),
            ])
            if !registration.files.isEmpty {
                HTML(.details) {
                    HTML(.summary) { "\(Numbers.count(registration.files.count, "file")) beside it" }
                    Parts.facts(
                        registration.files.prefix(200).map { (HTML.text($0.path), Parts.digest($0.digest.description)) }
                    )
                }
            }
        }
    }

    private static func use(_ name: String, _ record: RecordState) -> HTML {
        let runs = record.newestFirst.compactMap { run -> (RunOverview, Int, Int)? in
            let calls = run.calls.filter { $0.tool == name }
            return calls.isEmpty ? nil : (run, calls.count, calls.count { $0.state == .denied })
        }
        return HTML(.section) {
            HTML(.h2) { "Who used it" }
            if runs.isEmpty { HTML(.p, .class("dim")) { "No run on record called it." } }
            HTML(.ul, .class("plain")) {
                for (run, calls, denied) in runs.prefix(10) {
                    HTML(.li) {
                        HTML(.a, .href(PagePath("runs", run.context.run, query: [("tool", name)]))) {
                            "\(run.context.task)"
                        }
                        HTML(.span, .class("dim")) {
                            " \(run.started.dayAndClock): \(Numbers.count(calls, "call"))"
                            if denied > 0 { ", \(denied) denied" }
                        }
                    }
                }
            }
        }
    }
}
