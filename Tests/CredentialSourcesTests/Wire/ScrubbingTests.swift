import Credentials
import Foundation
import Testing

@testable import CredentialSources

@Suite("What a server said is told without the secrets that it was sent")
struct ScrubbingTests {
    @Test("in whatever form it repeats them")
    func forms() {
        let scrub = Scrubbing([Secret("se/cret+of tests\n"), Secret("ab")])
        for form in [
            "se/cret+of tests", "c2UvY3JldCtvZiB0ZXN0cw==", "c2UvY3JldCtvZiB0ZXN0cwo=", "se%2Fcret%2Bof%20tests",
            "73652f637265742b6f66207465737473",
        ] { #expect(scrub("x \(form) y") == "x (secret) y", "\(form)") }
        // With something before it, as in `Basic`: the whole word goes.
        for before in ["", "a", "ab", "agentbox:"] {
            for after in ["", "\n", "zz"] {
                let word = Data((before + "se/cret+of tests" + after).utf8).base64EncodedString()
                #expect(scrub("Basic \(word), y") == "Basic (secret), y", "\(before) \(after)")
                let encoded = Data((before + "se%2Fcret%2Bof%20tests" + after).utf8).base64EncodedString()
                #expect(scrub("Basic \(encoded), y") == "Basic (secret), y", "\(before) \(after)")
            }
        }
        #expect(scrub("x se/cret+of tests\u{301} y").utf8.starts(with: "x (secret)".utf8))
        for hidden in ["se/cr et+of te sts", "s\u{200B}e/cret+of tests", "c2UvY3Jl\ndCtvZiB0ZXN0cw=="] {
            #expect(scrub("x \(hidden) y") == "(what it said holds a secret, and is not shown)", "\(hidden)")
        }
        // The control.
        let other = Data("agentbox:something else".utf8).base64EncodedString()
        #expect(scrub("Basic \(other)") == "Basic \(other)")
        #expect(scrub("an ab\ron\nlines \u{1B}[2J") == "an ab on lines \\u{1B}[2J")
        #expect(scrub(String(repeating: "a", count: 10_000)).count < 400)
    }
}
