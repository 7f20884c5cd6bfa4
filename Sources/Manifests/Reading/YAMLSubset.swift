/// The parts of YAML that manifests do not have. They are found among the scanner's tokens, before anything is
/// composed: ten lines of aliases to aliases cost ten tokens, not ten thousand million nodes.
enum YAMLSubset {
    /// Reports every use of such a part; false if the text has no tokens to go on with.
    static func check(_ bytes: [UInt8], _ problems: inout ProblemList) -> Bool {
        guard var scanner = LibYAML(bytes) else {
            problems.add(.unreadable, at: .start, "out of memory")
            return false
        }
        var depth = 0
        while true {
            let token: LibYAML.Token
            do throws(LibYAML.Failure) {
                token = try scanner.nextToken()
            } catch {
                problems.add(.syntax, at: error.position, error.message, suggestion: hint(error.message))
                return false
            }
            switch token.kind {
            case .end: return true
            case .open: depth += 1
            case .close: depth -= 1
            default: break
            }
            // The scanner looks at every open bracket again for each token: unbounded, a megabyte of `[` takes hours.
            guard depth <= YAMLReader.maximumDepth else {
                problems.add(.syntax, at: token.position, YAMLReader.tooDeep)
                return false
            }
            if let refusal = refusal(of: token.kind) {
                problems.add(.syntax, at: token.position, refusal.message, suggestion: refusal.suggestion)
            }
        }
    }

    private static func refusal(of kind: LibYAML.Token.Kind) -> (message: String, suggestion: String)? {
        switch kind {
        case .alias: ("aliases (`*name`) are refused", "to write a text that starts with `*`, put it in quotes")
        case .anchor: ("anchors (`&name`) are refused", "to write a text that starts with `&`, put it in quotes")
        case .tag: ("tags (`!name`) are refused", "to write a text that starts with `!`, put it in quotes")
        case .directive: ("directives (`%YAML`, `%TAG`) are refused", "remove the line")
        case .explicitKey: ("keys of the form `? key` are refused", "write `key: value`")
        case .end, .open, .close, .other: nil
        }
    }

    /// What is behind the scanner's and the parser's commonest complaints.
    static func hint(_ message: String) -> String? {
        if message.contains("alphabetic or numeric character") {
            return "to write a text that starts with `*` or `&`, put it in quotes"
        }
        if message.contains("cannot start any token") {
            return "put a text that starts with a special character in quotes, and indent with spaces"
        }
        if message.contains("mapping values are not allowed") {
            return "put a text that holds `: ` in quotes, and check the indentation"
        }
        if message.contains("expected <block end>") || message.contains("could not find expected ':'") {
            return "check the indentation of this line and of the one before it"
        }
        return nil
    }
}
