/// Translates a regular expression of ECMA-262 with the `u` flag, which JSON Schema's `pattern` is, to RE2's syntax.
///
/// What RE2 cannot match exactly alike is refused: backreferences, lookaround, `\B` (RE2 sees one inside a character of
/// several bytes), lone surrogates, properties other than general category and script. Of Annex B, what browsers accept
/// without the flag, only what can mean one thing is accepted: an escaped punctuation mark and a brace that opens no
/// quantifier. Lazy and greedy quantifiers are the same here: nobody asks where the match is.
struct ECMAPattern {
    /// Groups within groups.
    static let maximumDepth = 100

    var scalars: [Unicode.Scalar]
    var position = 0
    var depth = 0
    var output = ""
    /// True if the question is only whether the pattern is one: what RE2 lacks is read as well, and the output is void.
    var checksOnly = false

    /// The pattern in RE2's syntax.
    static func re2(_ pattern: String) throws(PatternRefusal) -> String {
        guard pattern.utf8.count <= RegularExpression.maximumLength else {
            throw PatternRefusal("is longer than \(RegularExpression.maximumLength) bytes")
        }
        var translation = ECMAPattern(scalars: Array(pattern.unicodeScalars))
        try translation.disjunction()
        guard translation.position == translation.scalars.count else {
            throw translation.refusal("has a `)` without a `(`")
        }
        return translation.output
    }

    /// True for a text that ECMA-262 takes for a pattern (with the `u` flag), whether it can be translated or not.
    static func isValid(_ pattern: String) -> Bool {
        guard pattern.utf8.count <= RegularExpression.maximumLength else { return false }
        var reading = ECMAPattern(scalars: Array(pattern.unicodeScalars))
        reading.checksOnly = true
        return (try? reading.disjunction()) != nil && reading.position == reading.scalars.count
    }

    // MARK: Reading

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    func refusal(_ reason: String) -> PatternRefusal {
        PatternRefusal("\(reason) at character \(position + 1)")
    }

    // MARK: Grammar

    private mutating func disjunction() throws(PatternRefusal) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw refusal("nests groups deeper than \(Self.maximumDepth)") }
        while let scalar = next, scalar != ")" {
            if take("|") {
                output += "|"
            } else {
                try term()
            }
        }
        depth -= 1
    }

    private mutating func term() throws(PatternRefusal) {
        if try assertion() {
            if try quantifier() != nil { throw refusal("repeats an assertion, which matches no text,") }
            return
        }
        let start = output.endIndex
        try atom()
        guard let repetition = try quantifier(), !checksOnly else { return }
        let atom = String(output[start...])
        output.removeSubrange(start...)
        output += try repetition.re2(of: atom)
        // Counts over RE2's limit repeat the text, and those within them repeat it again.
        guard output.utf8.count <= RegularExpression.maximumTranslatedLength else {
            throw refusal("is too long with its repetitions written out,")
        }
    }

    private mutating func assertion() throws(PatternRefusal) -> Bool {
        if take("^") {
            output += "\\A"
        } else if take("$") {
            // The very end: not before a last line feed, which PCRE's `$` allows.
            output += "\\z"
        } else if next == "\\", position + 1 < scalars.count, scalars[position + 1] == "b" {
            position += 2
            output += "\\b"
        } else if next == "\\", position + 1 < scalars.count, scalars[position + 1] == "B" {
            if checksOnly {
                position += 2
                return true
            }
            throw refusal("uses `\\B`, which RE2 finds between the bytes of one character,")
        } else {
            return false
        }
        return true
    }

    private mutating func atom() throws(PatternRefusal) {
        guard let scalar = next else { throw refusal("ends too early") }
        switch scalar {
        case "(":
            try group()
        case "[":
            position += 1
            output += try characterClass()
        case "\\":
            position += 1
            output += try atomEscape().re2
        case ".":
            position += 1
            output += "[^\(ScalarSet.lineTerminators.re2)]"
        case "*", "+", "?":
            throw refusal("has a `\(scalar)` with nothing to repeat")
        case "{" where try quantifier() != nil:
            throw refusal("has a quantifier with nothing to repeat")
        default:
            position += 1
            output += ScalarSet.re2(scalar.value)
        }
    }

    private mutating func group() throws(PatternRefusal) {
        position += 1
        if take("?") {
            if take(":") {
                // No capture.
            } else if take("<") {
                if next != "=", next != "!" {
                    try groupName()
                } else if checksOnly {
                    position += 1
                } else {
                    throw refusal("uses lookbehind, which RE2 does not have,")
                }
            } else if checksOnly, take("=") || take("!") {
                // Lookahead.
            } else if next == "=" || next == "!" {
                throw refusal("uses lookahead, which RE2 does not have,")
            } else {
                throw refusal("has a group of an unknown kind")
            }
        }
        output += "(?:"
        try disjunction()
        guard take(")") else { throw refusal("has a `(` without a `)`") }
        output += ")"
    }

    mutating func groupName() throws(PatternRefusal) {
        var length = 0
        while let scalar = next, scalar != ">" {
            guard scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic || (length > 0 && isDigit(scalar))
            else { throw refusal("has a group with a bad name") }
            position += 1
            length += 1
        }
        guard length > 0, take(">") else { throw refusal("has a group with a bad name") }
    }

    func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
}
