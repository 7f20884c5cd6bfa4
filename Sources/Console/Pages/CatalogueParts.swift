import Manifests

/// Pieces of the pages about tools and profiles.
enum CatalogueParts {
    static func problems(_ catalogue: Catalogue) -> HTML? {
        guard !catalogue.problems.isEmpty else { return nil }
        return HTML(.div, .class("banner", "bad"), .set(.role, "alert")) {
            HTML(.strong) { "Something here cannot be read." }
            for problem in catalogue.problems.prefix(5) { HTML(.pre) { HTML.block(problem, limit: 4000) } }
        }
    }

    static func badge(_ state: Catalogue.PinState) -> HTML {
        switch state {
        case .unchanged: HTML(.span, .class("badge", "allowed")) { "✓ as registered" }
        case .changed: HTML(.span, .class("badge", "denied")) { "■ changed" }
        case .unregistered: HTML(.span, .class("badge", "plain")) { "not registered" }
        case .stored: HTML(.span, .class("badge", "allowed")) { "✓ in the store" }
        case .unreadable: HTML(.span, .class("badge", "denied")) { "■ unreadable" }
        }
    }

    static func effects(_ annotations: Annotations) -> HTML {
        var words: [HTML] = []
        if annotations.readOnly { words.append("reads only") }
        if annotations.destructive { words.append(HTML(.span, .class("warn")) { "destructive" }) }
        if annotations.openWorld { words.append(HTML(.span, .class("warn")) { "reaches outside" }) }
        return words.isEmpty ? "changes things" : .joined(words, separator: ", ")
    }

    /// The word and the bar of a score: what is told by colour and by length is told in figures too.
    static func exposure(_ exposure: Double) -> HTML {
        HTML(.span, .class("score")) {
            HTML(
                .meter, .set(.min, "0"), .set(.max, "10"), .set(.low, "2"), .set(.high, "5"), .set(.optimum, "0"),
                .value(exposure), .aria("label", "exposure")
            ) { "\(Numbers.hundredths(exposure))" }
            " "
            HTML(.span, .class("number")) { "\(Numbers.hundredths(exposure))" }
        }
    }
}
