/// Which calls of a run are shown.
struct CallFilter: Sendable {
    let show: Show
    let tool: String?

    /// What became of them.
    enum Show: String, Sendable, CaseIterable {
        case all, ahead, approved, denied, waiting, failed, refused, changed

        var label: HTML {
            switch self {
            case .all: "calls"
            case .ahead: "went ahead"
            case .approved: "approved"
            case .denied: "denied"
            case .waiting: "waiting"
            case .failed: "failed"
            case .refused: "refused by the sandbox"
            case .changed: "changed files"
            }
        }

        var style: StaticString {
            switch self {
            case .all: ""
            case .ahead, .approved: "good"
            case .denied, .refused: "bad"
            case .waiting, .failed: "warn"
            case .changed: "info"
            }
        }
    }

    init(_ query: FormFields) {
        show = query["show"].flatMap { Show(rawValue: $0) } ?? .all
        tool = query["tool"]
    }

    func matches(_ call: RunOverview.CallMark) -> Bool {
        if let tool, call.tool != tool { return false }
        return switch show {
        case .all: true
        case .ahead: ![.denied, .waiting].contains(call.state)
        case .approved: call.isApproved
        case .denied: call.state == .denied
        case .waiting: call.state == .waiting
        case .failed: call.state == .failed || call.state == .unknown
        case .refused: call.traits.contains(.refused)
        case .changed: call.traits.contains(.changed)
        }
    }

    func path(_ run: String, show: Show? = nil, tool: String?? = nil, page: Int? = nil) -> PagePath {
        var query: [(StaticString, String)] = []
        let show = show ?? self.show
        if show != .all { query.append(("show", show.rawValue)) }
        if let tool = tool ?? self.tool { query.append(("tool", tool)) }
        if let page, page > 1 { query.append(("page", "\(page)")) }
        return PagePath("runs", run, query: query)
    }
}
