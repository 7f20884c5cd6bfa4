/// What a call's sandbox gave it, in a sentence: the decision turned into a boundary.
enum GrantWords {
    /// `may read and replace src/total.awk`; of no grants, that it saw no more than its profile gives.
    static func sentence(_ grants: [(word: String, subject: String)], most: Int = 6) -> HTML {
        guard !grants.isEmpty else { return "nothing by name beyond its profile" }
        var verbs: [(subject: String, words: [String])] = []
        for grant in grants {
            if let place = verbs.firstIndex(where: { $0.subject == grant.subject }) {
                verbs[place].words.append(grant.word)
            } else {
                verbs.append((grant.subject, [grant.word]))
            }
        }
        let parts = verbs.prefix(most).map { entry -> HTML in
            let words = HTML.joined(entry.words.map { verb($0) }, separator: " and ")
            return HTML(.span, .class("grant")) {
                HTML(.span, .class("verb")) { words }
                " "
                HTML(.code) { "\(entry.subject == "." ? "the workspace" : entry.subject)" }
            }
        }
        let more: HTML = verbs.count > most ? " and \(verbs.count - most) more" : ""
        return HTML.joined(parts, separator: ", ") + more
    }

    private static func verb(_ word: String) -> HTML {
        switch word {
        case "read": "read"
        case "list": "list"
        case "readUnder": "read everything under"
        case "write": "replace"
        case "create": "create"
        case "writeUnder": "write everything under"
        case "exec": "run"
        case "git": "change git’s"
        case "connect": "connect to"
        case "listen": "listen in its own network at"
        default: "\(word)"
        }
    }
}
