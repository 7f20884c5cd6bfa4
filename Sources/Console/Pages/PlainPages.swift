/// What a refused request is answered with.
enum RefusalPage {
    static func html(_ refusal: ConsoleRefusal) -> HTML {
        Shell.plain(refusal.title) { HTML(.p) { refusal.remedy } }
    }
}

/// After a person left.
enum LeftPage {
    static func html() -> HTML {
        Shell.plain("You left the console") {
            HTML(.p) { "Press Enter on the terminal of `agentbox console` for a new link, or Ctrl-C to end it." }
        }
    }
}

/// A page that there is not.
enum MissingPage {
    static func html(_ frame: Frame) -> HTML {
        frame.page("Not found") {
            HTML(.h1) { "There is nothing here" }
            HTML(.p) { "What you look for may be in another ledger: AGENTBOX_HOME says which one the console shows." }
            HTML(.p) { HTML(.a, .href(PagePath())) { "See all runs" } }
        }
    }
}

/// Something that went wrong.
enum ProblemPage {
    static func html(_ frame: Frame, _ message: String, remedy: String?) -> HTML {
        frame.page("Problem") {
            HTML(.h1) { "This cannot be shown" }
            HTML(.p) { "\(message)." }
            if let remedy { HTML(.p) { "To fix it: \(remedy)." } }
        }
    }
}
