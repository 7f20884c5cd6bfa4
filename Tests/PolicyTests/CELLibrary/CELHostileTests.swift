import Testing

@testable import Policy

@Suite("What CEL's readers accept, they write and read again as the same")
struct CELHostileTests {
    /// Texts of pieces that readers trip over, the same in each run.
    private static func texts(_ pieces: [String], count: Int) -> [String] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        return (0..<count).map { _ in (0..<next(12)).map { _ in pieces[next(pieces.count)] }.joined() }
    }

    @Test("Durations")
    func durations() throws {
        var accepted = 0
        let pieces = ["1", "0", "999999999999", ".", "h", "m", "s", "ms", "us", "ns", "-", "+", "\u{B5}", "\0", " "]
        for text in Self.texts(pieces, count: 20_000) {
            guard let duration = try? CELDuration(parsing: text) else { continue }
            accepted += 1
            #expect(try CELDuration(parsing: duration.text) == duration)
        }
        #expect(accepted > 50)
    }

    @Test("Timestamps")
    func timestamps() throws {
        var accepted = 0
        let starts = ["0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "0000-12-31", "-001-01-01"]
        let times = ["T00:00:00", "T23:59:59", "T24:00:00", "T23:59:60", "t01:02:03"]
        let fractions = ["", ".0", ".000000001", ".999999999", ".9999999999", ".", ",1"]
        for start in starts {
            for time in times {
                for fraction in fractions {
                    for zone in ["Z", "+00:01", "-23:59", "+24:00", "z", "", "\u{FF3A}"] {
                        guard let moment = try? CELTimestamp(parsing: start + time + fraction + zone) else { continue }
                        accepted += 1
                        #expect(try CELTimestamp(parsing: moment.text) == moment)
                    }
                }
            }
        }
        #expect(accepted > 50)
    }

    @Test("Doubles")
    func doubles() throws {
        var accepted = 0
        for text in Self.texts(["1", "0", "95", ".", "e", "E", "-", "+", "30", "x", "_", "\0"], count: 20_000) {
            guard let value = try? CELConversion.double(text) else { continue }
            accepted += 1
            #expect(try CELConversion.double(CELConversion.string(value)) == value)
            #expect(try CELConversion.double(CELDoubleText.plain(value)) == value)
        }
        #expect(accepted > 500)
    }

    @Test("Addresses and ranges")
    func addresses() throws {
        var accepted = 0
        let pieces = ["1", "0", "ffff", "255", ".", ":", "::", "/", "24", "%", "a", "\u{661}", "\0"]
        for text in Self.texts(pieces, count: 20_000) {
            if let address = try? CELIP(text) {
                accepted += 1
                #expect(try CELIP(address.text) == address)
                #expect(try CELIP.isCanonical(address.text))
            }
            if let range = try? CELCIDR(text) {
                accepted += 1
                #expect(try CELCIDR(range.text) == range)
                #expect(range.contains(range.ip) && range.masked.contains(range))
            }
        }
        #expect(accepted > 50)
    }

    @Test("A refusal stays short, whatever it refuses")
    func messages() {
        let text = String(repeating: "\u{202E}`\n", count: 100_000)
        let readers: [(String) throws -> Void] = [
            { _ = try CELDuration(parsing: $0) }, { _ = try CELTimestamp(parsing: $0) }, { _ = try CELTimeZone($0) },
            { _ = try CELConversion.int($0) }, { _ = try CELConversion.uint($0) }, { _ = try CELConversion.double($0) },
            { _ = try CELConversion.bool($0) }, { _ = try CELIP($0) }, { _ = try CELCIDR($0) },
            { _ = try CELBase64.decode($0) }, { _ = try CELFormat(parsing: "%\u{202E}" + $0) },
        ]
        for read in readers {
            let error = #expect(throws: CELFunctionError.self) { try read(text) }
            #expect((error?.message.utf8.count ?? .max) < 1000)
            #expect(error?.message.unicodeScalars.contains("\u{202E}") == false)
        }
    }
}
