import Manifests
import Sandbox

/// One profile: what it leaves exposed, area by area, and every line with where it comes from.
enum ProfilePage {
    static func html(_ visit: Visit, profile name: String) async throws -> HTML? {
        let frame = await Frame(visit, .profiles)
        let catalogue = await visit.site.catalogue.current()
        guard let profile = catalogue.profile(name) else { return nil }
        return frame.page("\(name)") {
            Parts.trail([("Profiles", PagePath("profiles"))])
            HTML(.div, .class("headline")) {
                HTML(.h1) { "\(name)" }
                if let score = profile.score {
                    CatalogueParts.exposure(score.exposure)
                    HTML(.span, .class("badge", "plain")) { "\(score.verdict.rawValue)" }
                }
            }
            HTML(.p, .class("summary")) { HTML.text(profile.description, limit: 1000) }
            if let problem = profile.problem {
                HTML(.div, .class("banner", "bad")) { HTML.block(problem, limit: 4000) }
            }
            if let score = profile.score { areas(score) }
            if let resolved = profile.resolved { lines(resolved) }
            HTML(.section) {
                HTML(.h2) { "About it" }
                Parts.facts([
                    (
                        "Extends",
                        profile.extends.map { base in HTML(.a, .href(PagePath("profiles", base))) { "\(base)" } }
                    ),
                    ("File", HTML(.code) { "\(profile.file)" }),
                    (
                        "Tools",
                        profile.tools.isEmpty
                            ? "none here"
                            : .joined(
                                profile.tools.map { tool in HTML(.a, .href(PagePath("tools", tool))) { "\(tool)" } },
                                separator: ", ")
                    ),
                ])
            }
        }
    }

    private static func areas(_ score: ProfileScore) -> HTML {
        let open = score.areas.filter { $0.exposure > 0 }
        let closed = score.areas.filter { $0.exposure == 0 }
        return HTML(.section) {
            HTML(.h2) { "What it leaves exposed" }
            HTML(.ul, .class("areas")) { for area in open { HTML(.li) { self.area(area) } } }
            if !closed.isEmpty {
                HTML(.p, .class("dim")) {
                    "Nothing is exposed in \(Numbers.count(closed.count, "area")): "
                    HTML.joined(closed.map { "\($0.name)" }, separator: ", ")
                    "."
                }
            }
        }
    }

    private static func area(_ area: ScoredArea) -> HTML {
        HTML(.details) {
            HTML(.summary) {
                CatalogueParts.exposure(area.exposure)
                " \(area.name) "
                HTML(.span, .class("dim")) { "weight \(area.weight.rawValue)" }
            }
            HTML(.ul) {
                for reason in area.reasons {
                    HTML(.li) {
                        HTML(.p) {
                            HTML.prose(reason.text, limit: 600)
                            if let origin = reason.origin {
                                HTML(.span, .class("dim")) {
                                    " — \(origin.key) in \(origin.profile.rawValue): "
                                        + HTML.text(origin.line, limit: 80)
                                }
                            }
                        }
                        HTML(.p, .class("dim")) { "To lower it: " + HTML.prose(reason.remedy, limit: 600) }
                    }
                }
            }
        }
    }

    private static func lines(_ profile: ResolvedProfile) -> HTML {
        HTML(.section) {
            HTML(.h2) { "What it says" }
            HTML(.details) {
                HTML(.summary) {
                    "\(Numbers.count(profile.origins.count, "line")), with the profile that each comes from"
                }
                HTML(.table, .class("wide")) {
                    HTML(.caption, .class("hidden")) { "Lines of the profile" }
                    HTML(.thead) {
                        HTML(.tr) {
                            for title in ["Key", "Line", "From"] as [HTML] { HTML(.th, .set(.scope, "col")) { title } }
                        }
                    }
                    HTML(.tbody) {
                        for line in profile.origins {
                            HTML(.tr) {
                                HTML(.th, .set(.scope, "row")) { HTML(.code) { "\(line.key)" } }
                                HTML(.td, .data("label", "Line")) { HTML(.code) { HTML.text(line.line, limit: 400) } }
                                HTML(.td, .data("label", "From")) { "\(line.profile.rawValue)" }
                            }
                        }
                    }
                }
            }
        }
    }
}
