import LinuxIO
import Store

/// What all requests share.
final class Site: Sendable {
    let home: Home
    let index: RecordIndex
    let events: EventStream
    let sessions = Sessions()
    let refusals: RefusalLog
    let catalogue: CatalogueCache
    let ledgerCheck: LedgerCheck
    let review: ReviewCache
    let approvals: RequestDesk
    private let port = Locked<Int?>(nil)

    init(_ options: ConsoleServer.Options, home: Home, tell: @escaping @Sendable (String) -> Void) {
        self.home = home
        index = RecordIndex(directory: home.ledger)
        events = EventStream(index)
        refusals = RefusalLog(directory: home.ledger, tell: tell)
        approvals = RequestDesk(home)
        review = ReviewCache(home, tools: options.tools)
        ledgerCheck = LedgerCheck(directory: home.ledger)
        catalogue = CatalogueCache(tools: options.tools, sandboxes: options.sandboxes, home: home)
    }

    func listens(on port: Int) { self.port.withLock { $0 = port } }

    /// What requests are held against; nil before the server listens.
    var requestGuard: RequestGuard? { port.withLock { $0 }.map { RequestGuard(port: $0) } }

    /// A page that opens a session.
    func newLink() -> String? {
        guard let requestGuard else { return nil }
        return requestGuard.origin + PagePath("open", query: [("token", sessions.newLink().revealed)]).text
    }

    /// The cookie has the port in its name: a browser keeps one jar for all ports of a host.
    var cookieName: String { "agentbox-console-\(port.withLock { $0 } ?? 0)" }
}
