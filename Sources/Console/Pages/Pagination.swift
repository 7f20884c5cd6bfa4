/// A part of a long list.
struct Pagination: Sendable {
    let page: Int
    let pages: Int
    let range: Range<Int>

    /// - Parameter asked: The page that is asked for, from 1; the first if it is none.
    init(_ asked: String?, count: Int, per: Int) {
        pages = max(1, (count + per - 1) / per)
        page = min(pages, max(1, asked.flatMap { Int($0) } ?? 1))
        range = min(count, (page - 1) * per)..<min(count, page * per)
    }

    /// Links to the pages before and after; nothing if there is one page.
    func links(_ path: (Int) -> PagePath) -> HTML {
        guard pages > 1 else { return HTML() }
        return HTML(.nav, .class("pages"), .aria("label", "More of the list")) {
            if page > 1 { HTML(.a, .href(path(page - 1)), .set(.rel, "prev")) { "← Before" } }
            HTML(.span) { "Page \(page) of \(pages)" }
            if page < pages { HTML(.a, .href(path(page + 1)), .set(.rel, "next")) { "After →" } }
        }
    }
}
