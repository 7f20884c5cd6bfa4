import StrictJSON

/// Why a call was refused something: which line of which profile says so, what would allow it, and what that would open.
package struct Explanation: Hashable, Sendable {
    /// `seccomp`, `landlock`, `view`, `layer` or `limits`.
    package let layer: String
    /// What was refused, as the outcome names it.
    package let what: String
    package let reason: String
    package let remedy: String
    package let opens: String

    package init(layer: String, what: String, reason: String, remedy: String, opens: String) {
        self.layer = layer
        self.what = what
        self.reason = reason
        self.remedy = remedy
        self.opens = opens
    }

    package var json: JSON {
        [
            "layer": .string(layer), "what": .string(what), "reason": .string(reason), "remedy": .string(remedy),
            "opens": .string(opens),
        ]
    }
}
