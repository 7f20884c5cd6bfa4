import Testing

@testable import TerminalFilter

@Suite("What an agent draws is drawn, and makes the terminal say nothing")
struct TerminalFilterTests {
    private func filter(_ text: String) -> TerminalFilter {
        var filter = TerminalFilter()
        filter.write(text.utf8)
        return filter
    }

    private func output(_ text: String) -> String { String(decoding: filter(text).output, as: UTF8.self) }

    @Test(
        "what draws passes byte for byte",
        arguments: [
            "plain\r\n\ttext\u{8}\u{7}", "\u{1B}[1;38;5;208mcolour\u{1B}[0m", "\u{1B}[38:2::10:20:30mexact\u{1B}[m",
            "\u{1B}[?1049h\u{1B}[H\u{1B}[2J\u{1B}[3;20r\u{1B}[?25l", "\u{1B}7\u{1B}[5;6H\u{1B}[K\u{1B}8", "grüße 東京 👩‍👩‍👧",
            "\u{1B}(0lqqk\u{1B}(B\u{E}\u{F}", "\u{1B}]0;title ü\u{7}", "\u{1B}]2;title\u{1B}\\",
            "\u{1B}]8;id=1;https://example.com/a?b=c\u{1B}\\link\u{1B}]8;;\u{1B}\\", "\u{1B}]9;4;1;50\u{7}",
            "\u{1B}]104\u{7}\u{1B}]112\u{1B}\\", "\u{1B}[>4;2m\u{1B}[>1u\u{1B}[<u", "\u{1B}[4 q\u{1B}[!p\u{1B}#8",
            "\u{1B}[?1000;1006h\u{1B}[?2004h\u{1B}[?2026h\u{1B}[?2026l", "\u{1B}[2;5;3;9$z\u{1B}[22;0t\u{1B}[23;0t",
            "\u{1B}[10@\u{1B}[3P\u{1B}[2L\u{1B}[M\u{1B}[4S\u{1B}[2T\u{1B}[3g\u{1B}[5X\u{1B}[2b\u{1B}[sx\u{1B}[u",
            "\u{1B}c\u{1B}D\u{1B}E\u{1B}M\u{1B}H\u{1B}=\u{1B}>",
        ])
    func passes(text: String) {
        #expect(output(text) == text)
        #expect(filter(text).replies.isEmpty)
    }

    @Test(
        "what asks, or does more than draw, is dropped from between two letters",
        arguments: [
            // Who are you, where is the cursor, and other questions.
            "\u{1B}[c", "\u{1B}[0c", "\u{1B}[>c", "\u{1B}[=c", "\u{1B}[5n", "\u{1B}[6n", "\u{1B}[?6n", "\u{1B}[?15n",
            "\u{1B}[?996n", "\u{1B}[x", "\u{1B}[>q", "\u{1B}[>0q", "\u{1B}[?u", "\u{1B}[?4m", "\u{1B}[?2026$p",
            "\u{1B}[1;1;9;9;5;1;1$v", "\u{1B}[1;1;9;9;7$r", "\u{1B}[1;1;9;9;7$t", "\u{1B}[4$p", "\u{1B}[?1;1;0S",
            "\u{1B}[1$w", "\u{1B}[1;1;1;1;2;2*y", "\u{1B}[1;2;3;4#|", "\u{1B}[#R",
            "\u{1B}['|", "\u{1B}[1;2'z", "\u{1B}[&u", "\u{1B}[\"v", "\u{1B}Z", "\u{5}",
            // Titles, sizes and positions of windows, and what moves them.
            "\u{1B}[21t", "\u{1B}[20t", "\u{1B}[11t", "\u{1B}[14t", "\u{1B}[18t", "\u{1B}[19t", "\u{1B}[8;9;9t",
            "\u{1B}[2t", "\u{1B}[t", "\u{1B}[>2t",
            // Colours, the clipboard, and what starts or opens something.
            "\u{1B}]4;1;?\u{7}", "\u{1B}]10;?\u{7}", "\u{1B}]11;?\u{1B}\\", "\u{1B}]12;?\u{7}", "\u{1B}]52;c;?\u{7}",
            "\u{1B}]52;c;cm0gLXJmIH4=\u{7}", "\u{1B}]10;#000000\u{7}", "\u{1B}]4;7;black\u{7}", "\u{1B}]50;font\u{7}",
            "\u{1B}]46;/tmp/log\u{7}", "\u{1B}]7;file:///tmp\u{7}", "\u{1B}]51;Efind-file\u{7}",
            "\u{1B}]1337;File=:AA\u{7}",
            "\u{1B}]777;notify;a;b\u{7}", "\u{1B}]9;7;calc\u{7}", "\u{1B}]9;hello\u{7}", "\u{1B}]99;;x\u{1B}\\",
            "\u{1B}]8;;file:///etc/passwd\u{1B}\\", "\u{1B}]8;;x-man-page:1\u{7}", "\u{1B}]3;X=1\u{7}", "\u{1B}];\u{7}",
            // Device strings, images, what tmux and screen hand through.
            "\u{1B}P$qm\u{1B}\\", "\u{1B}P+q544e\u{1B}\\", "\u{1B}Pq#0;2;0;0;0\u{1B}\\",
            "\u{1B}_Gf=100,t=f;L2V0Yw==\u{1B}\\",
            "\u{1B}Ptmux;\u{1B}\u{1B}]52;c;?\u{7}\u{1B}\\", "\u{1B}^private\u{1B}\\", "\u{1B}Xstart\u{1B}\\",
            "\u{1B}ktitle\u{1B}\\",
            // Printing, lamps, tests, locks of the keyboard, other languages and encodings, other widths.
            "\u{1B}[5i", "\u{1B}[4i", "\u{1B}[?5i", "\u{1B}[1q", "\u{1B}[2;1y", "\u{1B}[2h", "\u{1B}[12l", "\u{1B}[?2l",
            "\u{1B}[?3h", "\u{1B}[?38h", "\u{1B}[?46h", "\u{1B}[?69h", "\u{1B}[5;10s", "\u{1B}[?1001h",
            "\u{1B}[1;1;1;1;1T", "\u{1B}[?2048h", "\u{1B}[?2031h", "\u{1B}%@", "\u{1B} G", "\u{1B}[62;0\"p",
            "\u{1B}[?1049s", "\u{1B}[?1049r", "\u{1B}[80$|", "\u{1B}[1*z", "\u{1B}l", "\u{1B}<",
            // Written with controls of eight bits, as characters.
            "\u{9B}6n", "\u{9D}52;c;?\u{9C}", "\u{90}$qm\u{9C}", "\u{9A}", "\u{9F}G\u{9C}", "\u{9B}\u{1B}[6n",
            // Not well-formed, which terminals read in different ways.
            "\u{1B}[6?n", "\u{1B}[ 6n", "\u{1B}[123456789A", "\u{1B}[?>c", "\u{0}\u{7F}", "\u{1B}[6\u{18}",
            "\u{1B}]0;a\u{18}", "\u{1B}]0;a\nb\u{7}", "\u{1B}[\u{1B}[6n", "\u{1B}]0;x\u{1B}[6n", "\u{1B}\u{1B}[6n",
        ])
    func drops(text: String) {
        #expect(output("a\(text)b") == "ab")
    }

    @Test(
        "programs that wait for an answer get one that tells nothing",
        arguments: [
            ("\u{1B}[c", "\u{1B}[?62;22c"), ("\u{1B}[>c", "\u{1B}[>1;10;0c"), ("\u{1B}[5n", "\u{1B}[0n"),
            ("\u{1B}[6n", "\u{1B}[1;1R"), ("\u{1B}[?2026$p", "\u{1B}[?2026;0$y"), ("\u{1B}[18t", "\u{1B}[8;24;80t"),
            ("\u{1B}P$qm\u{1B}\\", "\u{1B}P0$r\u{1B}\\"), ("\u{1B}P+q544e\u{1B}\\", "\u{1B}P0+r\u{1B}\\"),
            ("\u{1B}[21t", ""), ("\u{1B}]11;?\u{7}", ""), ("\u{1B}]52;c;?\u{7}", ""), ("\u{5}", ""),
        ])
    func answers(question: String, answer: String) {
        #expect(String(decoding: filter(question).replies, as: UTF8.self) == answer)
    }

    @Test("of several modes those pass that may")
    func modes() {
        #expect(output("\u{1B}[?25;2;2048;1049l") == "\u{1B}[?25;1049l")
        #expect(output("\u{1B}[2;4h") == "\u{1B}[4h")
    }

    @Test("a control within a sequence is obeyed, and the sequence stays whole")
    func embedded() { #expect(output("\u{1B}[3\n1m") == "\n\u{1B}[31m") }

    @Test("what is no UTF-8 is shown as that, and hides no control")
    func malformed() {
        var filter = TerminalFilter()
        filter.write([
            0x61, 0x9B, 0x36, 0x6E, 0xC3, 0x1B, 0x5B, 0x36, 0x6E, 0xE0, 0x80, 0x9B, 0xF5, 0x62, 0xED, 0xA0, 0x80,
        ])
        #expect(String(decoding: filter.output, as: UTF8.self).filter { $0 != "\u{FFFD}" } == "a6nb")
        #expect(!filter.output.contains(0x1B) && !filter.output.contains(0x9B))
    }

    @Test("pieces make the same as the whole, and nothing is held without a bound")
    func pieces() {
        let text = "grüße \u{1B}[31mrot\u{1B}]0;título\u{7}\u{1B}[6n\u{1B}]8;;https://x\u{1B}\\👩‍👧 ende"
        var filter = TerminalFilter()
        for byte in text.utf8 { filter.write([byte]) }
        #expect(String(decoding: filter.output, as: UTF8.self) == output(text))
        var parser = SequenceParser()
        for _ in 0..<100_000 { _ = parser.take(0x1B); _ = parser.take(0x5D) }
        for _ in 0..<1_000_000 { _ = parser.take(0x41) }
        #expect(parser.held <= 5000)
        #expect(output("\u{1B}]0;" + String(repeating: "x", count: 5000) + "\u{7}ok") == "ok")
        #expect(output("\u{1B}[" + String(repeating: "1;", count: 5000) + "mok") == "ok")
    }

    @Test("a prompt leaves what the agent set, and puts it back")
    func suspension() {
        let modes = filter("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?1000;1006h\u{1B}[?2004h\u{1B}[3;20r\u{1B}[>4;2m\u{1B}[>1u")
            .modes
        #expect(modes.isAlternate)
        for part in ["[?25h", "[?1000l", "[?1006l", "[?2004l", "\u{1B}[r", "[>4m", "[>0u"] {
            #expect(modes.suspension.contains(part))
        }
        for part in ["[?25l", "[?1000h", "[?1006h", "[?2004h", "[3;20r", "[>4;2m", "[<u"] {
            #expect(modes.resumption.contains(part))
        }
        #expect(filter("\u{1B}[?25l\u{1B}[?25h\u{1B}[4h\u{1B}[4l").modes.suspension.isEmpty)
        #expect(filter("\u{1B}[?1049h\u{1B}[?1000h\u{1B}c").modes == ScreenModes())
        #expect(modes.ending.contains("[?1049l"))
    }
}
