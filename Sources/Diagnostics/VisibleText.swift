/// Text that came from an agent or a tool, made fit to be shown to a person.
public enum VisibleText {
    /// The text in backticks on one line, cut after `limit` characters.
    public static func quoted(_ text: String, limit: Int = 80) -> String { "`" + line(text, limit: limit) + "`" }

    /// The text on one line.
    public static func line(_ text: String, limit: Int = .max) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            count += 1
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
