import Store
import StrictJSON

/// The tools, and whether each still is what somebody registered.
enum ToolsPage {
    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .tools)
        let catalogue = await visit.site.catalogue.current()
        let changed = catalogue.changed
        return frame.page("Tools") {
            HTML(.h1) { "Tools" }
            CatalogueParts.problems(catalogue)
            if changed.isEmpty {
                HTML(.p, .class("summary")) {
                    "\(Numbers.count(catalogue.tools.count, "tool")); none differs from what was registered. What is in the store is what runs."
                }
            } else {
                HTML(.p, .class("summary")) {
                    HTML(.strong, .class("bad")) {
                        "\(Numbers.count(changed.count, "tool")) changed since \(changed.count == 1 ? "it was" : "they were") registered"
                    }
                    ". Calls are refused until somebody has looked at the differences and registers \(changed.count == 1 ? "it" : "them") again."
                }
            }
            if catalogue.tools.isEmpty, catalogue.problems.isEmpty {
                Parts.empty("There are no tools") {
                    HTML(.p) { "Make one, or name the folder that yours are in:" }
                    HTML(.pre) { HTML(.code) { "agentbox tool new greet\nagentbox console --tools ." } }
                }
            } else if !catalogue.tools.isEmpty {
                table(catalogue)
            }
        }
    }

    private static func table(_ catalogue: Catalogue) -> HTML {
        let order = catalogue.tools.sorted { rank($0) < rank($1) }
        return HTML(.table, .class("wide")) {
            HTML(.caption, .class("hidden")) { "Tools" }
            HTML(.thead) {
                HTML(.tr) {
                    for title in ["Tool", "What it does", "Pin", "Profile", "Effects"] as [HTML] {
                        HTML(.th, .set(.scope, "col")) { title }
                    }
                }
            }
            HTML(.tbody) { for line in order { row(line, catalogue) } }
        }
    }

    /// What somebody should look at comes first.
    private static func rank(_ line: Catalogue.ToolLine) -> Int {
        switch line.state {
        case .changed, .unreadable: 0
        default: 1
        }
    }

    private static func row(_ line: Catalogue.ToolLine, _ catalogue: Catalogue) -> HTML {
        let profile = line.tool.sandbox.rawValue
        return HTML(.tr) {
            HTML(.th, .set(.scope, "row")) {
                HTML(.a, .href(PagePath("tools", line.name))) { "\(line.name)" }
                HTML(.span, .class("dim")) { " \(line.tool.version)" }
            }
            HTML(.td, .data("label", "What it does")) {
                HTML.text(line.tool.title ?? line.tool.description, limit: 120)
            }
            HTML(.td, .data("label", "Pin")) { CatalogueParts.badge(line.state) }
            HTML(.td, .data("label", "Profile")) {
                HTML(.a, .href(PagePath("profiles", profile))) { "\(profile)" }
                if let score = catalogue.profile(profile)?.score {
                    HTML(.span, .class("dim")) { " \(Numbers.hundredths(score.exposure))" }
                }
            }
            HTML(.td, .data("label", "Effects")) { CatalogueParts.effects(line.tool.annotations) }
        }
    }
}
