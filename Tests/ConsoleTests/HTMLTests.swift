import Testing

@testable import Console

@Suite("No text becomes markup")
struct HTMLTests {
    static let hostile = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='x",
        "</title><script>", "&lt;script&gt;", "--><b>", "]]><b>", "\u{0}<b>", "<\u{0}script>", "＜script＞<b>",
    ]

    @Test("text in content, in attributes, in titles and in blocks is escaped", arguments: hostile)
    func escapes(_ text: String) {
        let pieces: [HTML] = [
            "\(text)", HTML.text(text), HTML.block(text), HTML.prose(text), HTML.prose("a `\(text)` b"),
            HTML(.p, .title(text)) { "x" }, HTML(.input, .value(text)), HTML(.p, .id(text)), HTML(.p, .data("x", text)),
            HTML(.p, .aria("label", text)),
        ]
        for piece in pieces {
            // Our own markup is all that there is: `<p title="…">`, `<input …>`, `<span class="esc">`, `<code>`.
            #expect(MarkupCheck.problems(piece.markup).isEmpty, "\(piece.markup)")
            #expect(
                !piece.markup.contains("<script") && !piece.markup.contains("<img") && !piece.markup.contains("<svg"))
        }
    }

    @Test("literals of the source and elements are markup")
    func control() {
        #expect(HTML(.p, .class("a", "b")) { "x & y \(3)" }.markup == "<p class=\"a b\">x &amp; y 3</p>")
        #expect(HTML(.p) { HTML(.br) }.markup == "<p><br></p>")
        #expect((HTML.text("a < b")).markup == "a &lt; b")
    }

    @Test("what hides, reorders or passes for something else is written out and marked")
    func visible() {
        #expect(HTML.text("a\u{202E}b").markup == "a<span class=\"esc\">\\u{202E}</span>b")
        #expect(HTML.text("p\u{430}ypal").markup == "p<span class=\"esc\">\\u{430}</span>ypal")
        #expect(HTML.text("\u{1B}[2J").markup == "<span class=\"esc\">\\u{1B}</span>[2J")
    }

    @Test("text that pretends to hold an escaped character is not marked")
    func pretence() {
        #expect(HTML.text("a\\u{202E}b").markup == "a\\u{202E}b")
        #expect(HTML.text("\\\u{202E}").markup == "\\<span class=\"esc\">\\u{202E}</span>")
        #expect(!HTML.text("\\u{202E} \\x \\").markup.contains("esc"))
    }

    @Test("letters from right to left reorder nothing but themselves")
    func bidirectional() {
        #expect(HTML.text("אב").markup == "<bdi>אב</bdi>")
        #expect(HTML.text("ab").markup == "ab")
    }

    @Test("cut text says that it is cut")
    func cuts() {
        #expect(HTML.text("abcdef", limit: 3).markup == "abc…")
        #expect(HTML.text("abc", limit: 3).markup == "abc")
    }
}

/// Reads markup as a browser's tokenizer would, and finds what is none of ours.
enum MarkupCheck {
    private static let tags: Set<String> = {
        let names =
            "html head body title meta link script header nav main footer section article aside h1 h2 h3 p div span pre code strong em small br ul ol li dl dt dd table thead tbody tr th td caption a form button input label select option textarea fieldset legend details summary time meter noscript kbd ins del bdi"
        return Set(names.split(separator: " ").map(String.init))
    }()

    /// Tags that there should not be, attributes that act, and addresses that lead elsewhere.
    static func problems(_ markup: String) -> [String] {
        var problems: [String] = []
        for part in markup.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            let tag = part.prefix { $0 != ">" }
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
            if tag.lowercased().hasPrefix("!doctype") { continue }
            if !tags.contains(name) { problems.append("<\(tag)>") }
            if part.count == tag.count { problems.append("unclosed <\(tag)") }
            for attribute in attributes(String(tag)) {
                if attribute.name.hasPrefix("on") || attribute.name == "style" || attribute.name == "srcdoc" {
                    problems.append("<\(tag)>")
                }
                if ["href", "src", "action"].contains(attribute.name),
                    !(attribute.value.hasPrefix("/") && !attribute.value.hasPrefix("//")),
                    !attribute.value.hasPrefix("#"), attribute.value != "data:,"
                {
                    problems.append("\(attribute.name)=\(attribute.value)")
                }
            }
            if name == "script", !tag.hasPrefix("/"), !tag.contains("src=\"/assets/console.js\"") {
                problems.append("<\(tag)>")
            }
        }
        return problems
    }

    /// Ours are all in double quotes, or without a value.
    private static func attributes(_ tag: String) -> [(name: String, value: String)] {
        var found: [(String, String)] = []
        var rest = tag.drop { $0 != " " }
        while let start = rest.firstIndex(where: { $0 != " " }) {
            let name = rest[start...].prefix { $0 != "=" && $0 != " " }
            rest = rest[name.endIndex...]
            guard rest.hasPrefix("=\"") else {
                found.append((name.lowercased(), ""))
                continue
            }
            let value = rest.dropFirst(2).prefix { $0 != "\"" }
            found.append((name.lowercased(), String(value)))
            rest = rest[value.endIndex...].dropFirst()
        }
        return found
    }
}
