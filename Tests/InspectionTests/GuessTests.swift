import Egress
import Testing

@testable import Inspection

@Suite("Who knows the beginning of a secret does not learn the rest of it from what is taken out")
struct GuessTests {
    static let secret = RawScene.secret
    static let half = String(secret.prefix(14))
    static let letters = "abcdefghijklmnopqrstuvwxyz0123456789-/+".map(String.init)

    static func request(_ rest: String = "Connection: close\r\n\r\n") -> String {
        "GET /a HTTP/1.1\r\nHost: HOST\r\n" + rest
    }

    @Test("whatever follows the first half is taken out with it")
    func window() {
        let rows = [Self.secret, "eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnop-qrstuvw"]
        for secret in rows {
            for known in ((secret.utf8.count + 1) / 2)..<secret.utf8.count {
                let seen = Set(
                    Self.letters.map { letter in
                        let text = "\"\(secret.prefix(known))\(letter)zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\" more"
                        let (result, counts) = ScrubberTests.scrub(
                            Array(text.utf8), [secret], cuts: [known, known + 2])
                        #expect(counts == [0: 1] && result.suffix(6).elementsEqual("\" more".utf8))
                        return String(decoding: result, as: UTF8.self).count { $0 == "*" }
                    }.filter { $0 > 0 })
                // Punctuation of another kind ends it; no letter shows whether it is the right one.
                #expect(seen.count <= 2, "\(known) of \(secret): \(seen)")
            }
        }
    }

    @Test("what waits goes by its form, not by whether it is right")
    func waiting() {
        let patterns = ScrubPatterns([Array(Self.secret.utf8)])
        for form in [Self.secret, InjectionTests.basic(Self.secret), ScrubberTests.hex(Array(Self.secret.utf8), false)]
        {
            for known in 0..<form.utf8.count - 1 {
                let next = String(Array(form)[known])
                let others = next.allSatisfy { ("0"..."9").contains($0) || ("a"..."f").contains($0) } ? "0af" : "zQk"
                let shown = ([next] + others.map(String.init)).map { letter in
                    var scrubber = Scrubber(patterns)
                    return scrubber.feed("\"> \(form.prefix(known))\(letter)".utf8).count
                }
                #expect(Set(shown).count == 1, "\(known) of \(form): \(shown)")
            }
        }
        // The control: what ends as events and lines of JSON do does not wait.
        for text in ["data: {\"a\": \"b\"}\n\n", "{\"a\": 1}\n", "data: a word\n\n", "<p>a</p>"] {
            var scrubber = Scrubber(patterns)
            #expect(scrubber.feed(text.utf8) == Array(text.utf8), "\(text)")
        }
    }

    @Test("more occurrences than a reflection has cut the call off, and none of the rest is shown")
    func tooMany() async throws {
        let candidates = Self.letters.map { "[\(Self.half)\($0)]" }.joined(separator: " ")
        let scene = try await RawScene(
            answering: ["HTTP/1.1 200 OK\r\nContent-Length: \(candidates.utf8.count)\r\n\r\n\(candidates)"],
            injecting: true)
        let answer = await scene.send(Self.request())
        #expect(!answer.contains("*") && !answer.contains(Self.half), "\(answer)")
        #expect(scene.refusals == [.guess: 1], "\(scene.report)")
        // And so is every request from then on.
        let next = await scene.send(Self.request())
        #expect(next.hasPrefix("HTTP/1.1 403"), "\(next)")
        #expect(scene.refusals == [.guess: 2])
        scene.end()
    }

    @Test("one request after the other, too", arguments: [16, 17])
    func oneByOne(count: Int) async throws {
        let scene = try await RawScene(
            answering: ["HTTP/1.1 200 OK\r\nX-Echo: \(Self.secret)\r\nContent-Length: 2\r\n\r\nok"], injecting: true)
        var answers: [String] = []
        for _ in 0..<count { answers.append(await scene.send(Self.request())) }
        // The control: what a reflection says is taken out, and the rest is passed on.
        #expect(answers.prefix(16).allSatisfy { $0.hasSuffix("ok") && $0.contains("****") }, "\(answers)")
        #expect(answers.dropFirst(16).allSatisfy { $0.hasPrefix("HTTP/1.1 403") }, "\(answers)")
        #expect(scene.refusals == (count == 16 ? [:] : [.guess: 1]))
        scene.end()
    }

    static let guesses: [(String, String)] = [
        ("the query", "GET /a?b=\(half) HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        (
            "the query, encoded",
            "GET /a?b=\(ScrubberTests.each(half) { "%" + ScrubberTests.hex([$0], true) }) HTTP/1.1\r\nHost: HOST\r\n\r\n"
        ),
        ("a header", request("X-A: <\(half)>\r\n\r\n")),
        ("base 64", request("X-A: \(InjectionTests.basic("..\(secret)..."))\r\n\r\n")),
        ("the body", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: \(half.utf8.count)\r\n\r\n\(half)"),
        (
            "the body in chunks",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\(half.prefix(5))\r\n"
                + "9\r\n\(half.dropFirst(5))\r\n0\r\n\r\n"
        ),
    ]

    @Test("a request with half of it is refused, and nothing of that reaches the origin", arguments: guesses)
    func refused(attempt: (String, String)) async throws {
        let scene = try await RawScene(answering: [], injecting: true)
        let answer = await scene.send(attempt.1)
        #expect(answer.hasPrefix("HTTP/1.1 403"), "\(attempt.0): \(answer)")
        #expect(!scene.origin.received.contains(Self.half.prefix(5)), "\(attempt.0): \(scene.origin.received)")
        #expect(scene.refusals == [.guess: 1], "\(attempt.0): \(scene.report)")
        scene.end()
        // The control: where nobody is issued a secret it is text.
        let free = try await RawScene()
        #expect(await free.send(attempt.1).hasPrefix("HTTP/1.1 200"), "\(attempt.0)")
        free.end()
    }

    @Test("less than half of it, and the body around it, pass as they are")
    func passes() async throws {
        let body = "<\(Self.half.dropLast())> and more"
        let scene = try await RawScene(answering: [], injecting: true)
        _ = await scene.send("POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(scene.origin.received.hasSuffix(body) && scene.refusals[.guess] == nil, "\(scene.origin.received)")
        scene.end()
    }
}
