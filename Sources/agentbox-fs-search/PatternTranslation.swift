import ToolSupport

/// The escapes that everybody writes and POSIX does not have: `\d`, `\D`, `\t`, and classes within brackets, where POSIX
/// takes a backslash for itself. glibc has `\w \W \s \S \b` outside brackets.
enum PatternTranslation {
    static let advice =
        #"the syntax is POSIX extended, with \d \w \s \b besides; leave `regex` out to search for the text as it is"#

    static func posix(_ pattern: String) throws(ToolError) -> String {
        var result = String.UnicodeScalarView()
        var rest = pattern.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "[" {
                result.append(scalar)
                try bracket(&rest, into: &result)
            } else if scalar == "\\", let escaped = rest.popFirst() {
                switch escaped {
                case "d": result += "[0-9]".unicodeScalars
                case "D": result += "[^0-9]".unicodeScalars
                case "t": result.append("\t")
                case "/", "-", "\"", "'", ":", "=", "@", "#", "%", "&", ",", ";", "~", "!", " ": result.append(escaped)
                // Back references are what makes POSIX matching slow, and nobody searches with them.
                case "1"..."9": throw ToolError(.invalidArguments, "`pattern` has a back reference", remedy: advice)
                default:
                    result.append("\\")
                    result.append(escaped)
                }
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The rest of a bracket expression, with its closing bracket.
    private static func bracket(
        _ rest: inout Substring.UnicodeScalarView, into result: inout String.UnicodeScalarView
    ) throws(ToolError) {
        if rest.first == "^" { result.append(rest.removeFirst()) }
        // Right at the beginning it is a member.
        if rest.first == "]" { result.append(rest.removeFirst()) }
        while let scalar = rest.popFirst() {
            result.append(scalar)
            if scalar == "]" { return }
            if scalar == "[", let kind = rest.first, kind == ":" || kind == "." || kind == "=" {
                // `[:alpha:]` and its like end with the same two characters turned round.
                result.append(rest.removeFirst())
                while let inner = rest.popFirst() {
                    result.append(inner)
                    if inner == kind, rest.first == "]" {
                        result.append(rest.removeFirst())
                        break
                    }
                }
            } else if scalar == "\\", let escaped = rest.first {
                let members: String? =
                    switch escaped {
                    case "d": "0-9"
                    case "w": "[:alnum:]_"
                    case "s": "[:space:]"
                    case "t": "\t"
                    case "\\": "\\"
                    case ".", "/", "*", "+", "?", "(", ")", "{", "}", "|", "$", "\"", "'", "[": String(escaped)
                    default: nil
                    }
                guard let members else {
                    throw ToolError(
                        .invalidArguments, "`pattern` has `\\\(escaped)` within brackets, which has no meaning there",
                        remedy: "put `]` first and `-` last among the members")
                }
                rest.removeFirst()
                result.removeLast()
                result += members.unicodeScalars
            }
        }
    }
}
