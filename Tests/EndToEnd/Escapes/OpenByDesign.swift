import TestSupport

/// What a place lets through because its profile says so, and why that is no escape; and what it lets through although it
/// should not, which the threat model names. Whatever stands here has to succeed: a line that is no longer true fails.
enum OpenByDesign {
    /// Why it is open in this place; nil if it is not.
    ///
    /// - Parameter isGrouped: Calls and agents have control groups.
    static func reason(_ attempt: String, in place: Place, isGrouped: Bool) -> String? {
        if isGrouped, let reason = grouped[attempt] { return reason }
        return place == .agent ? agent[attempt] : nil
    }

    private static let grouped = [
        "many-mappings": "addresses that nobody uses are no memory: a control group counts what is used"
    ]

    /// What is known to be wrong, and what would set it right; nil if nothing is.
    static func knownIssue(_ attempt: String, in place: Place, as person: Person) -> String? {
        issues.first { $0.attempts.contains(attempt) && $0.places.contains(place) && $0.people.contains(person) }?.text
    }

    private static let agent: [String: String] = [
        "list-workspace": shown, "read-ungranted-file": shown, "map-ungranted-executable": shown,
        "execute-workspace-program": shown, "path-socket-in-workspace": shown, "fifo-in-workspace": shown,
        "watch-folder": "`agent` watches files of its own; names in what it is shown come with that",
        "connect-to-registry": "it is the agent's one way out",
        "execute-system-program": code, "execute-shell": code, "execute-memory-by-proc": code,
    ]
    private static let shown = "`--read` shows the agent a folder, with the programs and doors in it"
    private static let code = "an agent is code already: what it may execute is bounded by its box, not by a list"

    private struct Issue {
        let attempts: [String]
        let places: [Place]
        var people = Person.allCases
        let text: String
    }

    private static let issues: [Issue] = [
        Issue(
            attempts: ["host-path-in-mount-table"], places: [.cold, .template, .agent],
            text: "/proc/self/mountinfo names the host's folder behind each bind; a mount of proc cannot leave it out")
    ]
}
