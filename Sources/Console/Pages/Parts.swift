import LinuxIO
import StrictJSON

/// Pieces that several pages use.
enum Parts {
    /// A moment: the clock of UTC, with the day for whoever points at it.
    static func time(_ time: Timestamp, withDay: Bool = false) -> HTML {
        HTML(.time, .datetime(time.description), .title(time.description)) {
            withDay ? "\(time.dayAndClock)" : "\(time.clock)"
        }
    }

    /// A number and what it counts, as a link that filters by it.
    static func tile(
        _ number: some BinaryInteger, _ label: HTML, _ style: StaticString = "", href: PagePath? = nil,
        isCurrent: Bool = false
    ) -> HTML {
        let content = HTML {
            HTML(.span, .class("number")) { "\(number)" }
            HTML(.span, .class("label")) { label }
        }
        let mood: StaticString = number == 0 ? "zero" : style
        guard let href else { return HTML(.div, .class("tile", mood)) { content } }
        return HTML(.a, .class("tile", mood), .href(href), isCurrent ? .aria("current", "true") : nil) { content }
    }

    /// Facts in two columns.
    static func facts(_ facts: [(HTML, HTML?)]) -> HTML {
        HTML(.dl, .class("facts")) {
            for (name, value) in facts {
                if let value {
                    HTML(.div) {
                        HTML(.dt) { name }
                        HTML(.dd) { value }
                    }
                }
            }
        }
    }

    /// A digest: the beginning, and all of it for whoever points at it.
    static func digest(_ text: String) -> HTML {
        let hex = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        return HTML(.code, .class("digest"), .title(text)) { "\(String(hex.prefix(16)))…" }
    }

    /// Where there is nothing: why, and what to do.
    static func empty(_ title: HTML, @HTMLBuilder content: () -> HTML) -> HTML {
        HTML(.section, .class("empty")) {
            HTML(.h2) { title }
            content()
        }
    }

    /// A JSON value as it is on record.
    static func json(_ value: JSON, limit: Int = 200_000) -> HTML {
        HTML(.pre, .set(.tabindex, "0")) { HTML(.code) { HTML.block(value.pretty(), limit: limit) } }
    }

    /// The way back.
    static func trail(_ steps: [(HTML, PagePath)]) -> HTML {
        HTML(.nav, .class("trail"), .aria("label", "Where you are")) {
            HTML(.ol) {
                for (text, path) in steps { HTML(.li) { HTML(.a, .href(path)) { text } } }
            }
        }
    }

    /// A unified diff, line by line.
    static func diff(_ text: String, most: Int = 2000) -> HTML {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return HTML(.pre, .class("diff"), .set(.tabindex, "0")) {
            for line in lines.prefix(most) {
                switch line.first {
                case "+" where !line.hasPrefix("+++ "): HTML(.ins) { HTML.text(String(line), limit: 2000) } + "\n"
                case "-" where !line.hasPrefix("--- "): HTML(.del) { HTML.text(String(line), limit: 2000) } + "\n"
                case "@": HTML(.span, .class("hunk")) { HTML.text(String(line), limit: 2000) } + "\n"
                default: HTML.text(String(line), limit: 2000) + "\n"
                }
            }
            if lines.count > most { "… \(lines.count - most) lines more: see `agentbox changes show`" }
        }
    }
}
