import Diagnostics
import Ledger
import LinuxIO
import Manifests
import Runs
import Sandbox
import StrictJSON

/// One call in full.
enum CallPage {
    static func html(_ visit: Visit, run name: String, call callName: String) async throws -> HTML? {
        let frame = await Frame(visit, .runs)
        guard let run = frame.record.run(name), let mark = run.call(callName) else { return nil }
        let entries = try await visit.site.index.entries(at: mark.positions)
        let call = CallRecord(mark, entries, isRunAlive: frame.isAlive(run))
        let catalogue = await visit.site.catalogue.current()
        let tool = catalogue.tool(call.tool)
        let explanations = await explanations(of: call, run, visit)
        let diffs = await CallDiffs.of(call, run: run, home: visit.site.home)
        return frame.page("\(call.tool)", refreshes: call.state == .running || call.state == .waiting) {
            Parts.trail([
                ("Runs", PagePath()), ("\(run.context.task)", PagePath("runs", run.context.run)),
            ])
            HTML(.div, .id("call"), .data("live", "")) {
                HTML(.div, .class("headline")) {
                    HTML(.h1) { "\(call.tool)" }
                    CallWords.badge(call)
                    HTML(.span, .class("headline-end")) { CallWords.end(call) }
                }
                if let title = tool?.tool.title ?? tool?.tool.description {
                    HTML(.p, .class("dim")) { HTML.text(title, limit: 200) }
                }
                if let reason = call.reason {
                    HTML(.p, .class(call.state == .denied ? "why-not" : "why", "lead")) {
                        HTML.prose(reason, limit: 2000)
                    }
                }
                if call.state == .unknown {
                    HTML(.p, .class("note")) {
                        "The agentbox of this run died before the call ended. Whether it happened nobody can say; look at what it could touch."
                    }
                }
                HTML(.div, .class("columns")) {
                    HTML(.div) {
                        arguments(call)
                        decision(call)
                        approval(call)
                        amendment(call)
                    }
                    HTML(.div) {
                        sandbox(call, tool, catalogue)
                        violations(call, explanations)
                        outcome(call)
                        publication(call)
                        recordSection(call, run)
                    }
                }
                diffs
            }
        }
    }

    // MARK: What was asked for and decided

    private static func arguments(_ call: CallRecord) -> HTML? {
        guard let arguments = call.decided?.arguments else { return nil }
        return HTML(.section) {
            HTML(.h2) { "What was asked for" }
            switch arguments {
            case .inline(let value): Parts.json(value)
            case .digest(let digest, _):
                HTML(.p) {
                    "\(arguments.note ?? ""): "
                    Parts.digest(digest)
                }
            case .withheld(let commitment, _, let reason):
                HTML(.p, reason == .altered ? .class("bad") : nil) {
                    "\(arguments.note ?? ""). The record has a commitment to what they were: "
                    Parts.digest(commitment)
                }
            }
        }
    }

    private static func decision(_ call: CallRecord) -> HTML? {
        guard let decided = call.decided else { return nil }
        let rules = decided.decision["rules"]?.arrayValue ?? []
        return HTML(.section) {
            HTML(.h2) { "How it was decided" }
            Parts.facts([
                ("Decision", CallWords.badge(call)),
                ("Code", decided.decision["code"]?.stringValue.map { code in HTML(.code) { "\(code)" } }),
                (
                    "The run had seen",
                    decided.labels.isEmpty ? nil : "data labelled \(decided.labels.joined(separator: ", "))"
                ),
            ])
            if rules.isEmpty {
                HTML(.p, .class("dim")) { "It was decided before any rule was asked." }
            } else {
                HTML(.table) {
                    HTML(.caption, .class("hidden")) { "Rules" }
                    HTML(.thead) {
                        HTML(.tr) {
                            for title in ["Rule", "Says", "Matched", "Why"] as [HTML] {
                                HTML(.th, .set(.scope, "col")) { title }
                            }
                        }
                    }
                    HTML(.tbody) { for rule in rules { row(rule) } }
                }
            }
        }
    }

    private static func row(_ rule: JSON) -> HTML {
        let matched = rule["matched"]?.boolValue == true
        return HTML(.tr, .class(matched ? "matched" : "")) {
            HTML(.td) { "\((rule["index"]?.integerValue ?? 0).addingReportingOverflow(1).partialValue)" }
            HTML(.td) { HTML(.code) { "\(rule["effect"]?.stringValue ?? "") \(rule["tool"]?.stringValue ?? "")" } }
            HTML(.td) { matched ? "yes" : "no" }
            HTML(.td) { HTML.prose(rule["why"]?.stringValue ?? "", limit: 1000) }
        }
    }

    private static func approval(_ call: CallRecord) -> HTML? {
        guard call.asked != nil || !call.answers.isEmpty else { return nil }
        return HTML(.section) {
            HTML(.h2) { "Who was asked" }
            if let asked = call.asked {
                Parts.facts([
                    ("Assurance", asked["assurance"]?.stringValue.map { "\($0)" }),
                    ("People needed", asked["quorum"]?.integerValue.map { "\($0)" }),
                    ("Role", asked["role"]?.stringValue.map { "\($0)" }),
                    ("Until", asked["expires"]?.stringValue.map { "\($0)" }),
                    ("Text shown", asked["shownDigest"]?.stringValue.map { Parts.digest($0) }),
                ])
            }
            if call.answers.isEmpty {
                HTML(.p, .class("warn")) { "Nobody has answered yet." }
            }
            HTML(.ul, .class("plain")) { for answer in call.answers { HTML(.li) { self.answer(answer) } } }
        }
    }

    private static func answer(_ answer: JSON) -> HTML {
        HTML {
            HTML(.strong) { "\(answer["verdict"]?.stringValue ?? "answered")" }
            if let approver = answer["approver"]?.stringValue { " by \(approver)" }
            if let method = answer["method"]?.stringValue { ", by \(method)" }
            if let assurance = answer["assurance"]?.stringValue { " (\(assurance))" }
            if let scope = answer["scope"]?.stringValue, scope != "once" { ", for a \(scope)" }
            if answer["breakGlass"]?.boolValue == true { HTML(.strong, .class("bad")) { ", breaking the glass" } }
            if let time = answer["time"]?.stringValue.flatMap({ Timestamp($0) }) { " at " + Parts.time(time) }
            if let reason = answer["reason"]?.stringValue { ": \(HTML.text(reason, limit: 400))" }
        }
    }

    private static func amendment(_ call: CallRecord) -> HTML? {
        guard let amendment = call.decided?.decision["amendment"] else { return nil }
        return HTML(.section) {
            HTML(.h2) { "What would allow it" }
            HTML(.p) { HTML.text(amendment["advice"]?.stringValue ?? "", limit: 1000) + "." }
            if let yaml = amendment["yaml"]?.stringValue {
                HTML(.pre, .set(.tabindex, "0")) { HTML(.code) { HTML.block(yaml, limit: 8000) } }
            }
            let opens = amendment["opens"]?.arrayValue ?? []
            if opens.isEmpty {
                HTML(.p, .class("dim")) { "It opens nothing besides this very call." }
            } else {
                HTML(.ul) {
                    for opening in opens.prefix(10) {
                        HTML(.li, .class("warn")) {
                            "it also opens " + HTML.text(opening["text"]?.stringValue ?? "", limit: 400)
                        }
                    }
                }
            }
        }
    }

    // MARK: What it ran in and what came of it

    private static func sandbox(_ call: CallRecord, _ tool: Catalogue.ToolLine?, _ catalogue: Catalogue) -> HTML? {
        guard let decided = call.decided, decided.toolDigest != nil || decided.grants != nil else { return nil }
        let profile = tool.flatMap { catalogue.profile($0.tool.sandbox.rawValue) }
        return HTML(.section) {
            HTML(.h2) { call.state == .denied ? "What its sandbox would have been" : "What its sandbox was" }
            if let server = decided.server {
                HTML(.p, .class("note")) {
                    "The tool server \(server) serves all its calls of a run in one sandbox: what is granted here is granted to all of them."
                }
            }
            if let grants = call.grants {
                HTML(.p) {
                    call.state == .denied ? "It would have been able to " : "It could "
                    GrantWords.sentence(grants, most: 40)
                    "."
                }
            } else if let grants = decided.grants {
                Parts.json(grants)
            }
            Parts.facts([
                (
                    "Profile",
                    profile.map { profile in
                        HTML {
                            HTML(.a, .href(PagePath("profiles", profile.name))) { "\(profile.name)" }
                            if let score = profile.score {
                                HTML(.span, .class("dim")) {
                                    " exposure \(Numbers.hundredths(score.exposure)) of 10 today"
                                }
                            }
                        }
                    }
                ),
                ("Profile then", decided.profileDigest.map { Parts.digest($0) }),
                ("Tool then", decided.toolDigest.map { Parts.digest($0) }),
            ])
        }
    }

    private static func violations(_ call: CallRecord, _ explanations: [Explanation]) -> HTML? {
        let unreported = (call.outcome?["unreported"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard call.ended != nil else { return nil }
        return HTML(.section) {
            HTML(.h2) { "What the sandbox refused" }
            if call.violations.isEmpty {
                HTML(.p, .class("dim")) { "Nothing that is known." }
            } else {
                HTML(.ul, .class("plain", "refusals")) {
                    for violation in CallWords.violations(call, most: 100) { HTML(.li, .class("bad")) { violation } }
                }
            }
            if !explanations.isEmpty {
                HTML(.details) {
                    HTML(.summary) { "Which line refused it, and what would allow it" }
                    for explanation in explanations.prefix(50) {
                        HTML(.div, .class("explanation")) {
                            HTML(.h3) { HTML.prose(explanation.what, limit: 300) }
                            Parts.facts([
                                ("Refused by", HTML.prose(explanation.reason, limit: 600)),
                                ("Allow it by", HTML.prose(explanation.remedy, limit: 600)),
                                (
                                    "That opens",
                                    explanation.opens.isEmpty ? nil : HTML.prose(explanation.opens, limit: 600)
                                ),
                            ])
                        }
                    }
                }
            }
            if !unreported.isEmpty, let index = call.mark.decided?.index {
                HTML(.p, .class("dim")) {
                    "What \(unreported.joined(separator: " and ")) refused the kernel tells nobody; "
                    HTML(.code) { "agentbox sandbox explain \(HTML.plain(index)) --rerun" }
                    " finds it."
                }
            }
        }
    }

    private static func outcome(_ call: CallRecord) -> HTML? {
        guard let outcome = call.outcome else { return nil }
        let resources = outcome["resources"]
        func bytes(_ key: String) -> HTML? { resources?[key]?.integerValue.map { "\(Numbers.bytes($0))" } }
        let cpu = (resources?["userMicroseconds"]?.integerValue ?? 0).addingReportingOverflow(
            resources?["systemMicroseconds"]?.integerValue ?? 0
        ).partialValue
        return HTML(.section) {
            HTML(.h2) { "What came of it" }
            if let failure = CallWords.failure(call) { HTML(.p, .class("warn")) { failure } }
            Parts.facts([
                ("End", CallWords.end(call)),
                ("Processor", resources == nil ? nil : "\(Numbers.duration(microseconds: cpu))"),
                ("Memory at most", bytes("peakBytes")),
                ("Read", bytes("readBytes")),
                ("Written", bytes("writtenBytes")),
                ("Output", outcome["outputBytes"]?.integerValue.map { "\(Numbers.bytes($0))" }),
                (
                    "Its output carries",
                    call.ended.flatMap { $0.labels.isEmpty ? nil : "the label \($0.labels.joined(separator: ", "))" }
                ),
            ])
            let details = (outcome["details"]?.arrayValue ?? []).compactMap(\.stringValue)
            if !details.isEmpty {
                HTML(.ul) { for detail in details.prefix(20) { HTML(.li) { HTML.prose(detail, limit: 1000) } } }
            }
        }
    }

    private static func publication(_ call: CallRecord) -> HTML? {
        guard let changes = CallWords.changes(call, most: 100) else { return nil }
        return HTML(.section) {
            HTML(.h2) { "What it published" }
            HTML(.p) { "It " + changes + "." }
        }
    }

    private static func recordSection(_ call: CallRecord, _ run: RunOverview) -> HTML {
        func link(_ position: LogPosition?) -> HTML? {
            position.map { position in
                HTML(.a, .href(PagePath("ledger", "\(position.index)"))) { "entry \(HTML.plain(position.index))" }
            }
        }
        return HTML(.section) {
            HTML(.h2) { "On record" }
            Parts.facts([
                ("Call", HTML(.code) { "\(call.mark.name)" }),
                ("Asked", link(call.mark.asked)),
                ("Decided", link(call.mark.decided)),
                ("Ended", link(call.mark.ended)),
                ("Digest of the call", call.decided?.callDigest.map { Parts.digest($0) }),
            ])
        }
    }

    /// Which lines refused what the record says was refused. None where the tool or its profile is not here any more.
    private static func explanations(of call: CallRecord, _ run: RunOverview, _ visit: Visit) async -> [Explanation] {
        guard !call.violations.isEmpty, let name = await visit.site.catalogue.current().tool(call.tool)?.tool.sandbox,
            let profile = await visit.site.catalogue.current().profile(name.rawValue)?.resolved
        else { return [] }
        let grants = (call.grants ?? []).compactMap { grant in
            GrantWord(rawValue: grant.word).map { (word: $0, subject: grant.subject) }
        }
        return await BlockingPool.shared.run {
            let explainer = Explainer(profile, grants: grants)
            // One that cannot be explained is listed above all the same.
            return call.violations.prefix(50).flatMap { (try? explainer.explain(violation: $0)) ?? [] }
        }
    }
}

extension HTML {
    /// A number that is a name: without separators.
    static func plain(_ number: some BinaryInteger) -> HTML { .text("\(number)") }
}
