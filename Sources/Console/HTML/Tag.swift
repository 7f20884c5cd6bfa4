/// The elements that pages are made of. No `script` or `style` with content of its own, no `iframe`, `object` or `img`.
enum Tag: String, Sendable {
    case html, head, body, title, meta, link, script
    case header, nav, main, footer, section, article, aside
    case h1, h2, h3, p, div, span, pre, code, strong, em, small, br
    case ul, ol, li, dl, dt, dd
    case table, thead, tbody, tr, th, td, caption
    case a, form, button, input, label, select, option, textarea, fieldset, legend
    case details, summary, time, meter, noscript, kbd, ins, del

    /// True if it has no content and no end tag.
    var isVoid: Bool {
        switch self {
        case .meta, .link, .br, .input: true
        default: false
        }
    }
}
