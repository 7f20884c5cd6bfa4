import LinuxIO
import Store

/// Who may use the console: whoever brought a link that was printed on the terminal, once and soon, and from then on the
/// cookie that it was exchanged for.
final class Sessions: Sendable {
    /// One browser.
    struct Session: Sendable {
        /// Names it in the record; opens nothing.
        let name: String
        /// What its forms have to bring: a page of another origin cannot read it.
        let formToken: ConsoleSecret
        let began: ContinuousClock.Instant
        fileprivate(set) var used: ContinuousClock.Instant
        /// What a browser's new credential has to sign; once.
        fileprivate var challenge: [UInt8]?
    }

    private struct State {
        /// When each link's time is over, by the digest of its token.
        var links: [Digest: ContinuousClock.Instant] = [:]
        var sessions: [Digest: Session] = [:]
    }

    static let linkLifetime: Duration = .seconds(120)
    static let idleLifetime: Duration = .seconds(60 * 60)
    static let wholeLifetime: Duration = .seconds(12 * 60 * 60)
    static let mostLinks = 4
    static let mostSessions = 8

    private let state = Locked(State())

    /// A new link's token. Of more than `mostLinks` that are open the oldest stops to work.
    func newLink(now: ContinuousClock.Instant = .now) -> ConsoleSecret {
        let token = ConsoleSecret.random()
        state.withLock { state in
            state.links = state.links.filter { $0.value > now }
            while state.links.count >= Self.mostLinks, let oldest = state.links.min(by: { $0.value < $1.value }) {
                state.links[oldest.key] = nil
            }
            state.links[token.digest] = now + Self.linkLifetime
        }
        return token
    }

    /// Exchanges a link's token for a cookie: once. Nil if it is not one, was used, or its time is over.
    func exchange(_ token: String, now: ContinuousClock.Instant = .now) -> ConsoleSecret? {
        let digest = ConsoleSecret.digest(of: token)
        let cookie = ConsoleSecret.random()
        return state.withLock { state in
            // INVARIANT: taken out before anything else, so that of two who bring it at once one gets a session.
            guard let end = state.links.removeValue(forKey: digest), end > now else { return nil }
            while state.sessions.count >= Self.mostSessions,
                let oldest = state.sessions.min(by: { $0.value.used < $1.value.used })
            {
                state.sessions[oldest.key] = nil
            }
            let name = String(cookie.digest.hex.prefix(12))
            state.sessions[cookie.digest] = Session(name: name, formToken: .random(), began: now, used: now)
            return cookie
        }
    }

    /// The session of a cookie; nil if there is none, or its time is over.
    func session(_ cookie: String, now: ContinuousClock.Instant = .now) -> Session? {
        let digest = ConsoleSecret.digest(of: cookie)
        return state.withLock { state in
            guard var session = state.sessions[digest] else { return nil }
            guard now - session.used < Self.idleLifetime, now - session.began < Self.wholeLifetime else {
                state.sessions[digest] = nil
                return nil
            }
            session.used = now
            state.sessions[digest] = session
            return session
        }
    }

    /// True as long as the session of a cookie is open. Looking does not keep it so: a page that is left open follows
    /// what happens, and is no person's activity.
    func isOpen(_ cookie: String, now: ContinuousClock.Instant = .now) -> Bool {
        let digest = ConsoleSecret.digest(of: cookie)
        return state.withLock { state in
            guard let session = state.sessions[digest] else { return false }
            return now - session.used < Self.idleLifetime && now - session.began < Self.wholeLifetime
        }
    }

    /// 32 random bytes that a credential that is made in this session has to sign; nil without a session. The same until
    /// they are used up: a page is asked for again whenever something happens, and the one that is open has to stay good.
    func challenge(_ cookie: String) -> [UInt8]? {
        let digest = ConsoleSecret.digest(of: cookie)
        let fresh = ConsoleSecret.random().digest.bytes
        return state.withLock { state in
            guard let session = state.sessions[digest] else { return nil }
            let challenge = session.challenge ?? fresh
            state.sessions[digest]?.challenge = challenge
            return challenge
        }
    }

    /// The challenge that was given out, which then is used up.
    func takeChallenge(_ cookie: String) -> [UInt8]? {
        let digest = ConsoleSecret.digest(of: cookie)
        return state.withLock { state in
            let challenge = state.sessions[digest]?.challenge
            state.sessions[digest]?.challenge = nil
            return challenge
        }
    }

    /// Ends the session of a cookie.
    func end(_ cookie: String) {
        let digest = ConsoleSecret.digest(of: cookie)
        state.withLock { $0.sessions[digest] = nil }
    }
}
