import Credentials
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
        #expect(scrub("an ab\ron\nlines \u{1B}[2J") == "an ab on lines \\u{1B}[2J")
        #expect(scrub(String(repeating: "a", count: 10_000)).count < 400)
    }
}
