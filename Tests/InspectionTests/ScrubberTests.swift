import Testing

@testable import Inspection

@Suite("A secret is taken out of a stream in every encoding, whatever pieces the stream comes in")
struct ScrubberTests {
    static let secrets = [
        "ghp_0a1B2c3D4e5F6g7H8i9J", "p%ss/w+rd&\"q\\'<x>", "aaaaaaaaaaaa", "abcabcabcabd", "s e c r e t s",
    ]

    static func hex(_ bytes: [UInt8], _ upper: Bool) -> String {
        bytes.map { byte in
            let text = String(byte, radix: 16, uppercase: upper)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    static func base64(_ bytes: [UInt8], url: Bool = false, padded: Bool = true) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + (url ? "-_" : "+/"))
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let value = (0..<3).reduce(0) { $0 << 8 | Int($1 < group.count ? group[$1] : 0) }
            for place in 0..<4 {
                if place <= group.count {
                    text.append(alphabet[value >> (18 - 6 * place) & 63])
                } else if padded {
                    text.append("=")
                }
            }
        }
        return text
    }

    static func each(_ secret: String, _ form: (UInt8) -> String) -> String { secret.utf8.map(form).joined() }

    static func forms(_ secret: String) -> [String: String] {
        let bytes = Array(secret.utf8)
        var forms: [String: String] = [
            "raw": secret, "capitals": secret.uppercased(), "hex": hex(bytes, false), "HEX": hex(bytes, true),
            "percent": each(secret) { "%" + hex([$0], false) }, "PERCENT": each(secret) { "%" + hex([$0], true) },
            "unicode": each(secret) { "\\u00" + hex([$0], true) }, "\\x": each(secret) { "\\x" + hex([$0], false) },
            "entities": each(secret) { "&#\($0);" }, "hex entities": each(secret) { "&#x" + hex([$0], false) + ";" },
            "form": each(secret) { byte in
                byte == 0x20
                    ? "+"
                    : String(decoding: [byte], as: UTF8.self).allSatisfy { $0.isLetter || $0.isNumber }
                        ? String(decoding: [byte], as: UTF8.self) : "%" + hex([byte], true)
            },
            "json": each(secret) { byte in
                let text = String(decoding: [byte], as: UTF8.self)
                return ["\"", "\\", "/"].contains(text) ? "\\" + text : text
            },
            "mixed": String(
                secret.utf8.enumerated().map { index, byte in
                    switch index % 4 {
                    case 0: "%" + hex([byte], true)
                    case 1: "\\u00" + hex([byte], false)
                    case 2: "&#\(byte);"
                    default: String(decoding: [byte], as: UTF8.self)
                    }
                }.joined()),
        ]
        for (name, separator, prefix) in [
            ("colons", ":", ""), ("spaces", " ", ""), ("commas", ", ", ""), ("dashes", "-", ""), ("0x", ", ", "0x"),
            ("lines in JSON", "\\n", ""),
        ] {
            forms["hex with \(name)"] = bytes.map { prefix + hex([$0], $0 % 2 == 0) }.joined(separator: separator)
        }
        forms["decimal"] = bytes.map { String($0) }.joined(separator: ",")
        forms["decimal, spaced"] = bytes.map { String($0) }.joined(separator: ", ")
        forms["decimal, in lines"] = bytes.map { String($0) }.joined(separator: ",\n ")
        forms["UTF-16LE"] = each(secret) { String(decoding: [$0, 0], as: UTF8.self) }
        forms["UTF-16BE"] = each(secret) { String(decoding: [0, $0], as: UTF8.self) }
        for before in 0..<3 {
            let around = [UInt8](repeating: 0x3A, count: before) + bytes + [UInt8](repeating: 0x7D, count: before)
            for (name, url, padded) in [("std", false, true), ("url", true, true), ("unpadded", true, false)] {
                let text = base64(around, url: url, padded: padded)
                forms["base64 \(name) after \(before)"] = text
                forms["base64 \(name) after \(before), in lines"] = String(
                    text.enumerated().flatMap { $0 % 19 == 18 ? [$1, "\r", "\n"] : [$1] })
                for (way, end) in [("JSON", "\\r\\n"), ("JSON twice", "\\\\n"), ("quoted-printable", "=\r\n")] {
                    forms["base64 \(name) after \(before), in lines of \(way)"] = text.enumerated().map {
                        $0 % 19 == 18 ? String($1) + end : String($1)
                    }.joined()
                }
                forms["base64 \(name) after \(before), in a URL"] = text.map { letter in
                    letter.isLetter || letter.isNumber ? String(letter) : "%" + hex(Array(String(letter).utf8), true)
                }.joined()
            }
        }
        return forms
    }

    /// What is left to see: nothing of five letters in a row that belongs to the form.
    static func leaks(_ form: String, in text: [UInt8]) -> Bool {
        let letters = Array(form.utf8)
        guard letters.count >= 12 else { return false }
        // The first and last letters of base 64 stand for neighbours, too.
        for start in 3..<max(4, letters.count - 16) {
            let piece = Array(letters[start..<(start + 6)])
            if text.indices.dropLast(5).contains(where: { text[$0...].starts(with: piece) }) { return true }
        }
        return false
    }

    static func scrub(_ text: [UInt8], _ secrets: [String], cuts: [Int]) -> ([UInt8], [Int: Int]) {
        var scrubber = Scrubber(ScrubPatterns(secrets.map { Array($0.utf8) }))
        var result: [UInt8] = []
        var start = 0
        for cut in cuts + [text.count] {
            result += scrubber.feed(text[start..<cut])
            start = cut
        }
        return (result + scrubber.finish(), scrubber.counts)
    }

    @Test("in every form, in every place, cut anywhere", arguments: secrets)
    func everyForm(secret: String) {
        var random = SystemRandomNumberGenerator()
        for (name, form) in Self.forms(secret) {
            // The positive control: what is looked for is there.
            let text = Array("{\"before\": \"".utf8) + Array(form.utf8) + Array("\", after}".utf8)
            #expect(Self.leaks(form, in: text))
            for round in 0..<40 {
                let cuts =
                    round == 0
                    ? Array(1..<text.count)
                    : (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        Int.random(in: 0...text.count, using: &random)
                    }.sorted()
                let (result, counts) = Self.scrub(text, [secret], cuts: cuts)
                #expect(result.count == text.count)
                #expect(
                    !Self.leaks(form, in: result), "\(name) of \(secret): \(String(decoding: result, as: UTF8.self))")
                #expect(counts[0] ?? 0 > 0, "\(name) of \(secret)")
                #expect(result.starts(with: text.prefix(10)) && result.suffix(6).elementsEqual(text.suffix(6)))
                if Self.leaks(form, in: result) { return }
            }
        }
    }

    @Test("pieces change nothing of what comes of a text")
    func pieces() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("abc%61\\u0063&#97;+/=-_YWJj0a".utf8)
        for _ in 0..<1500 {
            let secrets = ["abcabcab", "bcabcabcabca", "cabcabab"]
            let text = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let cuts = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                Int.random(in: 0...text.count, using: &random)
            }
            let whole = Self.scrub(text, secrets, cuts: [])
            let cut = Self.scrub(text, secrets, cuts: cuts.sorted())
            #expect(whole.0 == cut.0 && whole.1 == cut.1, "\(String(decoding: text, as: UTF8.self)) at \(cuts)")
        }
    }

    @Test("two secrets that overlap are both taken out")
    func overlapping() {
        let (result, counts) = Self.scrub(Array("x abcdefghijkl y".utf8), ["abcdefgh", "efghijkl"], cuts: [5])
        #expect(String(decoding: result, as: UTF8.self) == "x ************ y")
        #expect(counts == [0: 1, 1: 1])
    }

    @Test("what is cut off is taken out as well, and a beginning is held until it is known")
    func cutOff() {
        var scrubber = Scrubber(ScrubPatterns([Array("secret-token-0123456789".utf8)]))
        #expect(String(decoding: scrubber.feed("a secret-tok".utf8), as: UTF8.self) == "a ")
        #expect(String(decoding: scrubber.feed("en is a word".utf8), as: UTF8.self) == "************ is a ")
        #expect(
            String(decoding: scrubber.feed(", and this: secret-token-01234".utf8), as: UTF8.self) == "word, and this: ")
        #expect(String(decoding: scrubber.finish(), as: UTF8.self) == String(repeating: "*", count: 18))
        #expect(scrubber.counts == [0: 2])
    }

    @Test("its second half alone is taken out in every form", arguments: ["ghp_0a1B2c3D4e5F6g7H8i9J"])
    func tail(secret: String) {
        for (name, form) in Self.forms(String(secret.suffix(secret.count / 2))) {
            let text = Array("<\(form)>".utf8)
            let (result, counts) = Self.scrub(text, [secret], cuts: [text.count / 2])
            #expect(!Self.leaks(form, in: result), "\(name): \(String(decoding: result, as: UTF8.self))")
            #expect(counts[0] ?? 0 > 0, "\(name)")
        }
    }

    @Test("what is no secret passes as it is")
    func innocent() {
        var random = SystemRandomNumberGenerator()
        let text = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let (result, counts) = Self.scrub(text, ["ghp_0a1B2c3D4e5F6g7H8i9J"], cuts: [1000, 50_000])
        #expect(result == text && counts.isEmpty)
    }

    @Test("a text that is made to be slow is not")
    func hostile() {
        let secret = String(repeating: "a", count: 2000)
        let text = Array(String(repeating: String(repeating: "a", count: 999) + "b", count: 60).utf8)
        let start = ContinuousClock.now
        _ = Self.scrub(text, [secret], cuts: [])
        #expect(start.duration(to: .now) < .seconds(60))
    }
}
