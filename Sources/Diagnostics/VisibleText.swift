/// Text of an agent or a tool, made fit to be shown to a person: on a terminal, in a prompt, in a message.
///
/// ```swift
/// VisibleText.line("invoice\u{202E}fdp.exe")  // invoice\u{202E}fdp.exe, in this order
/// VisibleText.line("\u{1B}[2Jgone")           // \u{1B}[2Jgone
/// VisibleText.quoted("pаypal")                // `p\u{430}ypal`: the second letter is Cyrillic
/// ```
///
/// What a terminal obeys, what reorders or hides text, and what passes for an ASCII character is written as
/// `\u{HEX}`. Ordinary text of any language, and emoji, stay as they are. A backslash stays one too, so text can
/// pretend that a harmless character was escaped, but cannot hide one that was.
public enum VisibleText {
    /// The text on one line: line feeds and tabs are escaped too. Cut after `limit` scalars, with an ellipsis.
    public static func line(_ text: String, limit: Int = .max) -> String {
        visible(text, limit: limit) { _ in false }
    }

    /// `line(_:)` from which the text can be told exactly: a backslash that would begin `\u{` is written as one itself.
    public static func exact(_ text: String) -> String {
        visible(text, limit: .max, isExact: true) { _ in false }
    }

    /// `exact(_:)` of each line. A carriage return belongs to the line that it ends, and is written out.
    public static func exactLines(_ text: String) -> [String] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { exact(String($0)) }
    }

    /// The text with its lines and tabs.
    public static func block(_ text: String, limit: Int = .max) -> String {
        visible(text, limit: limit) { $0 == "\n" || $0 == "\t" }
    }

    /// `line(_:)` in backticks, for messages; a backtick within is escaped, so that text cannot leave its quotation.
    public static func quoted(_ text: String, limit: Int = 80) -> String {
        var result = "`"
        for scalar in line(text, limit: limit).unicodeScalars {
            if scalar == "`" { escape(scalar, into: &result) } else { result.unicodeScalars.append(scalar) }
        }
        return result + "`"
    }

    private static func visible(
        _ text: String, limit: Int, isExact: Bool = false, keeps: (Unicode.Scalar) -> Bool
    ) -> String {
        var scalars = Array(text.unicodeScalars.prefix(limit < .max ? max(0, limit) + 1 : .max))
        let isCut = scalars.count > limit
        if isCut { scalars.removeLast() }
        let lookAlikes = LookAlikes.positions(in: scalars)
        var result = ""
        var marks = 0
        for (position, scalar) in scalars.enumerated() {
            if scalar.isASCII {
                marks = 0
                let isFeigned = isExact && scalars[position...].starts(with: ["\\", "u", "{"])
                if !isFeigned, scalar.value >= 0x20 && scalar.value != 0x7F || keeps(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    escape(scalar, into: &result)
                }
                continue
            }
            marks = isMark(scalar) ? marks + 1 : 0
            if lookAlikes.contains(position) || isStray(marks, position) || !isShown(scalar, at: position, in: scalars)
            {
                escape(scalar, into: &result)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return isCut ? result + "…" : result
    }

    private static func escape(_ scalar: Unicode.Scalar, into result: inout String) {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    /// A mark that would sit on what precedes the text, or on top of so many others that it covers other lines.
    private static func isStray(_ marks: Int, _ position: Int) -> Bool { marks > 4 || (marks > 0 && position == 0) }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    /// False for what has no shape of its own.
    private static func isShown(_ scalar: Unicode.Scalar, at position: Int, in scalars: [Unicode.Scalar]) -> Bool {
        if EmojiSequence.joins(at: position, in: scalars) { return true }
        // Letters and symbols by category that are drawn as nothing: fillers, selectors, the blank Braille pattern.
        if scalar.properties.isDefaultIgnorableCodePoint || scalar.value == 0x2800 { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .surrogate,
            .unassigned:
            return false
        default:
            return true
        }
    }
}
