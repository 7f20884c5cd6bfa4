import Testing

@testable import Console

@Suite("A link opens the console once, and soon")
struct SessionsTests {
    private let now = ContinuousClock.now

    @Test("a link gives a session")
    func opens() throws {
        let sessions = Sessions()
        let cookie = try #require(sessions.exchange(sessions.newLink(now: now).revealed, now: now))
        #expect(sessions.session(cookie.revealed, now: now) != nil)
    }

    @Test("a link is used up by its first use")
    func once() {
        let sessions = Sessions()
        let link = sessions.newLink(now: now).revealed
        #expect(sessions.exchange(link, now: now) != nil)
        #expect(sessions.exchange(link, now: now) == nil)
    }

    @Test("of many who bring it at once one gets a session")
    func race() async {
        let sessions = Sessions()
        let link = sessions.newLink().revealed
        let got = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { sessions.exchange(link) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(got == 1)
    }

    @Test("a link that is too old opens nothing")
    func late() {
        let sessions = Sessions()
        let link = sessions.newLink(now: now).revealed
        #expect(sessions.exchange(link, now: now + Sessions.linkLifetime) == nil)
        let other = sessions.newLink(now: now).revealed
        #expect(sessions.exchange(other, now: now + Sessions.linkLifetime - .seconds(1)) != nil)
    }

    @Test("what is no link opens nothing", arguments: ["", "0", String(repeating: "0", count: 64)])
    func wrong(_ text: String) { #expect(Sessions().exchange(text, now: now) == nil) }

    @Test("only the last links work")
    func links() {
        let sessions = Sessions()
        let links = (0...Sessions.mostLinks).map { sessions.newLink(now: now + .milliseconds($0)).revealed }
        #expect(sessions.exchange(links[0], now: now) == nil)
        #expect(links.dropFirst().allSatisfy { sessions.exchange($0, now: now) != nil })
    }

    @Test("a session that nobody uses ends, and every session does")
    func ends() throws {
        let sessions = Sessions()
        let cookie = try #require(sessions.exchange(sessions.newLink(now: now).revealed, now: now)).revealed
        var time = now
        while time < now + Sessions.wholeLifetime - Sessions.idleLifetime {
            time += Sessions.idleLifetime - .seconds(1)
            #expect(sessions.session(cookie, now: time) != nil)
        }
        #expect(sessions.session(cookie, now: now + Sessions.wholeLifetime) == nil)
        let other = try #require(sessions.exchange(sessions.newLink(now: now).revealed, now: now)).revealed
        #expect(sessions.session(other, now: now + Sessions.idleLifetime) == nil)
    }

    @Test("following what happens keeps no session open")
    func following() throws {
        let sessions = Sessions()
        let cookie = try #require(sessions.exchange(sessions.newLink(now: now).revealed, now: now)).revealed
        #expect(sessions.isOpen(cookie, now: now + Sessions.idleLifetime - .seconds(1)))
        #expect(!sessions.isOpen(cookie, now: now + Sessions.idleLifetime))
    }

    @Test("a challenge is one session's, and used once")
    func challenge() throws {
        let sessions = Sessions()
        let cookie = try #require(sessions.exchange(sessions.newLink(now: now).revealed, now: now)).revealed
        let challenge = try #require(sessions.challenge(cookie))
        #expect(sessions.challenge(cookie) == challenge, "asking for the page again made the open one useless")
        #expect(sessions.takeChallenge("other") == nil)
        #expect(sessions.takeChallenge(cookie) == challenge)
        #expect(sessions.takeChallenge(cookie) == nil)
    }

    @Test("a secret does not print")
    func secret() {
        let secret = ConsoleSecret.random()
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: Optional(secret)), dumped] {
            #expect(!text.contains(secret.revealed) && !text.contains(secret.revealed.prefix(8)))
        }
        #expect(secret.revealed.utf8.count == 64)
        #expect(ConsoleSecret.random().revealed != secret.revealed)
    }
}
