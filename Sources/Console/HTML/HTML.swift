import Diagnostics

/// A piece of a page. There is no way to make one from a text without escaping it: markup comes from `Tag` and
/// `Attribute` only, literals of this source are escaped, and what is interpolated is a stranger's, so it is made visible
/// (`VisibleText`) too.
///
/// ```swift
/// HTML(.p, .class("reason")) { "`\(tool)` was denied: \(reason)" }
/// ```
///
/// What had to be made visible is marked (`class="esc"`), so that text which only pretends to hold an escaped character
/// looks different. Text with letters that are written from right to left is isolated, so that it reorders nothing but
/// itself.
struct HTML: Sendable, Hashable {
    /// INVARIANT: nothing outside of this file makes or changes it.
    private(set) var markup = ""

    /// Nothing.
    init() {}

    /// An element.
    init(_ tag: Tag, _ attributes: Attribute?..., @HTMLBuilder content: () -> HTML = { HTML() }) {
        markup = "<\(tag.rawValue)"
        for case let attribute? in attributes {
            markup += " " + attribute.name.text
            if let value = attribute.value { markup += "=\"\(Self.escaped(value))\"" }
        }
        markup += ">"
        if !tag.isVoid { markup += content().markup + "</\(tag.rawValue)>" }
    }

    /// A stranger's text on one line, cut after `limit` scalars.
    static func text(_ text: String, limit: Int = .max) -> HTML { visible(text, limit, VisibleText.line) }

    /// A sentence in which agentbox quotes a stranger's words in backticks: those are set as code.
    static func prose(_ text: String, limit: Int = .max) -> HTML {
        let parts = text.unicodeScalars.prefix(limit).split(separator: "`", omittingEmptySubsequences: false)
        let pieces = parts.enumerated().map { index, part -> HTML in
            let piece = HTML.text(String(String.UnicodeScalarView(part)))
            // The last of an even number of parts follows a backtick that nothing closes.
            if index % 2 == 0 || index == parts.count - 1 { return index % 2 == 0 ? piece : "`" + piece }
            return HTML(.code) { piece }
        }
        return joined(pieces) + (text.unicodeScalars.count > limit ? "…" : "")
    }

    /// A stranger's text with its lines and tabs, for `pre`; cut after `limit` scalars.
    static func block(_ text: String, limit: Int = .max) -> HTML { visible(text, limit, VisibleText.block) }

    /// A whole document.
    static func document(_ content: HTML) -> HTML {
        var page = HTML()
        page.markup = "<!doctype html>\n" + content.markup + "\n"
        return page
    }

    /// Pieces one after the other.
    static func joined(_ pieces: [HTML], separator: HTML = HTML()) -> HTML {
        var all = HTML()
        all.markup = pieces.map(\.markup).joined(separator: separator.markup)
        return all
    }

    static func + (left: HTML, right: HTML) -> HTML { joined([left, right]) }

    var isEmpty: Bool { markup.isEmpty }

    private static func visible(_ text: String, _ limit: Int, _ show: (String, Int) -> String) -> HTML {
        var result = HTML()
        var text = text
        let isCut = limit < .max && text.unicodeScalars.count > limit
        if isCut { text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) }
        // Between backslashes of the text itself, every backslash is one that made something visible.
        let parts = text.unicodeScalars.split(separator: "\\", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index > 0 { result.markup += "\\" }
            result.mark(show(String(String.UnicodeScalarView(part)), .max))
        }
        if isCut { result.markup += "…" }
        if text.unicodeScalars.contains(where: RightToLeft.isStrong) { result.markup = "<bdi>\(result.markup)</bdi>" }
        return result
    }

    private mutating func mark(_ shown: String) {
        for (index, part) in shown.unicodeScalars.split(separator: "\\", omittingEmptySubsequences: false).enumerated()
        {
            let text = String(String.UnicodeScalarView(part))
            guard index > 0, let end = text.unicodeScalars.firstIndex(of: "}") else {
                markup += Self.escaped(text)
                continue
            }
            let rest = String(text.unicodeScalars[text.unicodeScalars.index(after: end)...])
            markup += "<span class=\"esc\">\\\(Self.escaped(String(text.unicodeScalars[...end])))</span>"
            markup += Self.escaped(rest)
        }
    }

    /// Safe in content and in a quoted attribute.
    private static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension HTML: ExpressibleByStringInterpolation {
    /// A literal of this source: escaped, and as it is otherwise.
    init(stringLiteral value: StaticString) { markup = Self.escaped(value.description) }

    init(stringInterpolation: Interpolation) { self = stringInterpolation.html }

    /// Literals are ours, values are a stranger's.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var html = HTML()

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: StaticString) { html.markup += HTML.escaped(literal.description) }
        mutating func appendInterpolation(_ text: String) { html.markup += HTML.text(text).markup }
        mutating func appendInterpolation(_ piece: HTML) { html.markup += piece.markup }
        mutating func appendInterpolation(_ number: some BinaryInteger) { html.markup += Numbers.grouped(number) }
    }
}

/// Lets elements be written inside one another.
@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ piece: HTML) -> HTML { piece }
    static func buildExpression(_ piece: HTML?) -> HTML { piece ?? HTML() }
    static func buildBlock(_ pieces: HTML...) -> HTML { .joined(pieces) }
    static func buildOptional(_ piece: HTML?) -> HTML { piece ?? HTML() }
    static func buildEither(first piece: HTML) -> HTML { piece }
    static func buildEither(second piece: HTML) -> HTML { piece }
    static func buildArray(_ pieces: [HTML]) -> HTML { .joined(pieces) }
}
