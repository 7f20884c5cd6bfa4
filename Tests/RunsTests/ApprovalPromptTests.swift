import LinuxIO
import Testing

@testable import Runs

@Suite("A prompt is answered by who reads it, and by nobody else")
struct ApprovalPromptTests {
    private func prompt(_ text: String = "Push to main?", rows: Int = 24) -> ApprovalPrompt {
        let codes = Locked(["bcdf", "ghjk", "mqrs", "tvwx"])
        return ApprovalPrompt(text, phrase: "copper lantern pine", until: "15:04:05", size: (rows, 80)) {
            codes.withLock { $0.removeFirst() }
        }
    }

    private func type(_ text: String, at prompt: inout ApprovalPrompt) -> ApprovalPrompt.Outcome? {
        var keys = PromptKeys()
        for byte in text.utf8 {
            if let key = keys.take(byte), let outcome = prompt.press(key) { return outcome }
        }
        return keys.settle().flatMap { prompt.press($0) }
    }

    @Test("the code and Enter is a yes, in capitals too, and rubbed out letters do not count")
    func yes() {
        for text in ["bcdf\r", "BCDF\n", "bcx\u{7F}df\r", "b c d f\r"] {
            var prompt = prompt()
            #expect(type(text, at: &prompt) == .allow, "\(text)")
        }
    }

    @Test("n, Escape and Ctrl-C are a no", arguments: ["n", "N", "\u{1B}", "\u{3}", "bcn", "\u{1B}[27u"])
    func no(text: String) {
        var prompt = prompt()
        #expect(type(text, at: &prompt) == .deny)
    }

    @Test(
        "nothing else is an answer",
        arguments: [
            "bcdf", "\r\r\r", "y\r", "yes\r", "bcd\r", "\u{1B}[Ab", "\u{1B}[12;34R", "\u{1B}]11;bcdf\r\u{7}",
            "\u{1B}Pbcdf\r\u{1B}\\",
            "\u{1B}[Mbcdf", "\u{1B}[<0;1;1M", "\u{1B}bcdf\r", "\u{1B}OP",
        ])
    func nothing(text: String) {
        var prompt = prompt()
        #expect(type(text, at: &prompt) == nil)
    }

    @Test("a wrong code makes a new one, and the third is a no")
    func wrong() {
        var prompt = prompt()
        #expect(type("ghjk\r", at: &prompt) == nil)
        #expect(prompt.code == "ghjk" && prompt.screen.contains("not the code"))
        #expect(type("bcdf\r", at: &prompt) == nil)
        #expect(type("bcdf\r", at: &prompt) == .deny)
        var other = self.prompt()
        _ = type("tttt\r", at: &other)
        #expect(type("ghjk\r", at: &other) == .allow)
    }

    @Test("a text that does not fit has to be read to its end first")
    func pages() {
        let text = (1...40).map { "line \($0)" }.joined(separator: "\n")
        var prompt = prompt(text, rows: 24)
        #expect(!prompt.screen.contains("b c d f") && prompt.screen.contains("Page 1 of 3"))
        #expect(type("bcdf\r", at: &prompt) == nil)
        #expect(type("  ", at: &prompt) == nil)
        #expect(prompt.screen.contains("b c d f") && prompt.screen.contains("line 40"))
        #expect(type("p", at: &prompt) == nil && prompt.screen.contains("Page 2 of 3"))
        #expect(type("bcdf\r", at: &prompt) == .allow)
    }

    @Test("the screen shows the phrase, fits, and draws nothing that the text could say")
    func screen() {
        let screen = prompt(String(repeating: "wide 東京 ", count: 300), rows: 10).screen
        #expect(screen.contains("copper lantern pine"))
        let rows = screen.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(rows.count == 10)
    }

    @Test("lines break at spaces, below the value, and no piece of content begins like a line of agentbox's")
    func layout() {
        #expect(
            ApprovalLayout.pieces("task       one two three four", columns: 24) == [
                "task       one two three", "           four",
            ])
        #expect(
            ApprovalLayout.pieces("  rule 1, line 2: because it writes", columns: 24) == [
                "  rule 1, line 2:", "    because it writes",
            ])
        let content = ApprovalLayout.pieces(
            "  | " + String(repeating: "x", count: 30) + "NEEDED     nobody", columns: 34)
        #expect(content.count == 2 && content[1].hasPrefix("  : "), "\(content)")
        let kept = "ARGUMENTS\n  a: \(String(repeating: "b ", count: 30))\n  | \(String(repeating: "c ", count: 30))"
        #expect(ApprovalLayout.fitted(kept, columns: 20) == kept)
        #expect(ApprovalLayout.fitted("WHY\n  a b c d e f g h i j k l", columns: 20).contains("\n    "))
    }

    @Test("the phrase is scrolled off the screen before the agent draws")
    func clears() {
        let bytes = TerminalRelay.clearing(rows: 24)
        #expect(bytes.count(where: { $0 == "\n" }) == 24)
        #expect(bytes.contains("\u{1B}[r\u{1B}[9999;1H\n") && bytes.contains("\n\u{1B}[Hagentbox: "))
    }

    @Test("Ctrl-] three times within a second kills")
    func killKeys() {
        let kitty = "\u{1B}[93;5u"
        #expect(kill([(0, "\u{1D}a\u{1D}"), (900, "\u{1D}")]) == [false, true])
        #expect(kill([(0, "\u{1D}"), (700, "\u{1D}"), (1400, "\u{1D}")]) == [false, false, false])
        #expect(kill([(0, kitty + kitty), (10, kitty)]) == [false, true])
        #expect(kill([(0, "]]]")]) == [false])
    }

    /// What comes of what is typed, so many milliseconds after the first.
    private func kill(_ typed: [(Int, String)]) -> [Bool] {
        let start = ContinuousClock.now
        var keys = KillKeys()
        return typed.map { moment, text in keys.take(Array(text.utf8), at: start + .milliseconds(moment)) }
    }
}
