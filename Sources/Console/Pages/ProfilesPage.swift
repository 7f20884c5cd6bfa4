/// The sandbox profiles, the most exposed first.
enum ProfilesPage {
    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .profiles)
        let catalogue = await visit.site.catalogue.current()
        let profiles = catalogue.profiles.sorted {
            ($0.score?.exposure ?? 11, $1.name) > ($1.score?.exposure ?? 11, $0.name)
        }
        return frame.page("Profiles") {
            HTML(.h1) { "Sandbox profiles" }
            CatalogueParts.problems(catalogue)
            HTML(.p, .class("summary")) {
                "What every call of a tool starts from, and how much of the host that leaves exposed: from 0, nothing, to 10, as without a sandbox. What passes is asked of the compiled filter."
            }
            HTML(.table, .class("wide")) {
                HTML(.caption, .class("hidden")) { "Profiles" }
                HTML(.thead) {
                    HTML(.tr) {
                        for title in ["Profile", "Exposure", "Verdict", "For", "Tools"] as [HTML] {
                            HTML(.th, .set(.scope, "col")) { title }
                        }
                    }
                }
                HTML(.tbody) { for profile in profiles { row(profile) } }
            }
        }
    }

    private static func row(_ profile: Catalogue.ProfileLine) -> HTML {
        HTML(.tr) {
            HTML(.th, .set(.scope, "row")) {
                HTML(.a, .href(PagePath("profiles", profile.name))) { "\(profile.name)" }
                if let extends = profile.extends { HTML(.span, .class("dim")) { " extends \(extends)" } }
            }
            HTML(.td, .data("label", "Exposure")) {
                if let score = profile.score { CatalogueParts.exposure(score.exposure) }
                if let problem = profile.problem { HTML(.span, .class("bad")) { HTML.text(problem, limit: 200) } }
            }
            HTML(.td, .data("label", "Verdict")) { "\(profile.score?.verdict.rawValue ?? "unknown")" }
            HTML(.td, .data("label", "For")) { HTML.text(profile.description, limit: 200) }
            HTML(.td, .data("label", "Tools")) {
                profile.tools.isEmpty
                    ? HTML(.span, .class("dim")) { "none" } : "\(profile.tools.prefix(6).joined(separator: ", "))"
                if profile.tools.count > 6 { HTML(.span, .class("dim")) { " and \(profile.tools.count - 6) more" } }
            }
        }
    }
}
