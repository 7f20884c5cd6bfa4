import LinuxIO

/// The sessions of clients that open with `initialize` (2025-11-25, *Session Management*).
final class LegacySessions: Sendable {
    static let field = "mcp-session-id"

    private let settings: EdgeSettings
    private let open = Locked<[String: LegacySession]>([:])

    init(_ settings: EdgeSettings) { self.settings = settings }

    /// A new one, with its connection to the registry.
    func make() throws(EdgeRefusal) -> LegacySession {
        let session: LegacySession
        do { session = try LegacySession(settings) } catch { throw .registryGone }
        let evicted: LegacySession? = try open.withLock { (open) throws(EdgeRefusal) in
            var evicted: LegacySession?
            if open.count >= settings.sessions {
                let idle = open.values.filter { $0.idleTime > settings.sessionIdleTime }
                guard let oldest = idle.max(by: { $0.idleTime < $1.idleTime }) else { throw .busy }
                open[oldest.identifier] = nil
                evicted = oldest
            }
            open[session.identifier] = session
            return evicted
        }
        evicted?.end()
        session.start { [weak self] in self?.forget(session) }
        return session
    }

    /// The session that a request names.
    func session(_ identifier: String?, version: String?) throws(EdgeRefusal) -> LegacySession {
        guard let identifier else { throw .badRequest("neither `Mcp-Session-Id` nor a version that needs none") }
        guard let session = open.withLock({ $0[identifier] }) else { throw EdgeRefusal(404, "no such session") }
        if let version, let agreed = session.version, version != agreed {
            throw .badRequest("`MCP-Protocol-Version` is not what `initialize` agreed on")
        }
        return session
    }

    func end(_ identifier: String?) throws(EdgeRefusal) {
        let session = try session(identifier, version: nil)
        forget(session)
    }

    func forget(_ session: LegacySession) {
        open.withLock { $0[session.identifier] = nil }
        session.end()
    }
}
