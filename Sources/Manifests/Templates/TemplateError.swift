import Diagnostics

/// A template that cannot be read, or that a call's arguments do not fill.
package struct TemplateError: Diagnostic, Hashable {
    package let code: String
    package let message: String
    package let remedy: String?

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }

    static func syntax(_ message: String, at character: Int) -> Self {
        Self(
            code: "template-syntax", message: "\(message) at character \(character)",
            remedy: "write `${args.NAME}`; for a literal `${` write `$${`")
    }

    static func value(_ name: [String], _ problem: String) -> Self {
        Self(
            code: "template-value",
            message: "the argument \(VisibleText.quoted(name.joined(separator: "."))) \(problem)",
            remedy: nil)
    }

    static func option(_ word: String) -> Self {
        Self(
            code: "template-option",
            message:
                "the word \(VisibleText.quoted(word)) would be an option of the command: it comes from an argument and "
                + "starts with `-`",
            remedy: "put `--` before the arguments in the tool's `command`, if the program knows it")
    }
}
