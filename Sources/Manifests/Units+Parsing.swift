import Diagnostics

extension ByteCount {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]

    /// The pattern of `init(text:)` for a schema.
    static let pattern = "^[1-9][0-9]{0,5}(KiB|MiB|GiB|TiB)$"

    /// `16KiB`, `256MiB`, `1GiB`, `2TiB`; nil for anything else.
    init?(text: String) {
        // Bytes, because for characters the Kelvin sign is a K.
        guard let unit = Self.units.first(where: { text.utf8.suffix(3).elementsEqual($0.name.utf8) }),
            let count = Digits.value(text.utf8.dropLast(3), maximum: 6), count > 0
        else { return nil }
        self.init(count * unit.bytes)
    }

    /// As a manifest would have it: with the largest unit that leaves no remainder, else the number of bytes.
    package var text: String {
        guard bytes > 0, let unit = Self.units.first(where: { bytes % $0.bytes == 0 }) else { return String(bytes) }
        return "\(bytes / unit.bytes)\(unit.name)"
    }

    /// What somebody meant who wrote `256MB` or `256m`.
    static func advice(_ text: String) -> String? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard !digits.isEmpty, let first = unit.first, ["b", "ib", ""].contains(unit.dropFirst()),
            let match = units.first(where: { $0.name.lowercased().first == first })
        else { return nil }
        return "did you mean `\(VisibleText.line(String(digits), limit: 6))\(match.name)`?"
    }
}

extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// The pattern of `init(text:)` for a schema.
    static let pattern = "^[1-9][0-9]{0,8}(ms|s|m|h|d)$"
    /// Long enough for any task, and without overflow in nanoseconds.
    static let longest = Duration.seconds(366 * 86_400)

    /// `500ms`, `10s`, `5m`, `4h`, `2d`; nil for anything else, for nothing, and for more than a year.
    package init?(text: String) {
        let number = text.utf8.prefix(while: Digits.isDigit)
        let name = text.utf8.dropFirst(number.count)
        guard let unit = Self.units.first(where: { name.elementsEqual($0.name.utf8) }),
            let count = Digits.value(number, maximum: 9), count > 0
        else { return nil }
        self = .milliseconds(Int64(count) * unit.milliseconds)
        guard self <= Self.longest else { return nil }
    }

    /// What a manifest would have, `7d`, elsewhere; nil for anything else.
    package init?(manifestText text: String) { self.init(text: text) }

    /// As a manifest would have it: with the largest unit that leaves no remainder.
    package var text: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        for unit in Self.units where milliseconds % unit.milliseconds == 0 {
            return "\(milliseconds / unit.milliseconds)\(unit.name)"
        }
        return "\(milliseconds)ms"
    }
}

/// Numbers in texts.
enum Digits {
    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// The value of one to `maximum` ASCII digits, which start with a zero only if they may, or if they are one digit.
    static func value(_ text: Substring.UTF8View, maximum: Int, leadingZeros: Bool = false) -> Int? {
        guard (1...maximum).contains(text.count), text.allSatisfy(isDigit),
            leadingZeros || text.count == 1 || text.first != UInt8(ascii: "0")
        else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
