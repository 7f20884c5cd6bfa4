/// One form of one secret that is looked for: a row of bytes, each of which may be one of two and may be escaped.
struct ScrubPattern: Sendable {
    struct Unit: Sendable, Hashable {
        var one: UInt8
        var other: UInt8

        func accepts(_ byte: UInt8) -> Bool { byte == one || byte == other }
    }

    /// Which secret it is of.
    let owner: Int
    let units: [Unit]
    /// So many units from the start are enough: a secret that was cut off is one.
    let threshold: Int
    /// Line breaks between units count for nothing (RFC 2045, 6.8).
    let skipsBreaks: Bool

    private init(owner: Int, units: [Unit], least: Int, skipsBreaks: Bool = false) {
        self.owner = owner
        self.units = units
        threshold = min(units.count, max(least, (units.count + 1) / 2))
        self.skipsBreaks = skipsBreaks
    }

    /// All forms of a secret: as it is and escaped, in hexadecimal, and in base 64 however it lies among other bytes.
    static func all(of secret: [UInt8], owner: Int) -> [ScrubPattern] {
        var patterns = [text(secret, owner: owner), hexadecimal(secret, owner: owner)]
        // What a view of the end shows, too.
        if secret.count >= 2 * leastText { patterns.append(text(Array(secret[(secret.count / 2)...]), owner: owner)) }
        for before in 0..<3 { patterns.append(base64(secret, after: before, owner: owner)) }
        return patterns
    }

    private static let leastText = 8

    private static func text(_ bytes: [UInt8], owner: Int) -> ScrubPattern {
        // In any case: an answer in capitals says nearly as much.
        ScrubPattern(
            owner: owner,
            units: bytes.map { byte in
                let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                return isLetter ? Unit(one: byte | 0x20, other: byte & ~0x20) : Unit(one: byte, other: byte)
            }, least: leastText)
    }

    private static func hexadecimal(_ bytes: [UInt8], owner: Int) -> ScrubPattern {
        let lower = Array("0123456789abcdef".utf8)
        let upper = Array("0123456789ABCDEF".utf8)
        return ScrubPattern(
            owner: owner,
            units: bytes.flatMap { byte in
                [Int(byte >> 4), Int(byte & 15)].map { Unit(one: lower[$0], other: upper[$0]) }
            }, least: 2 * leastText)
    }

    /// Of the letters that stand for a text with the secret in it those that depend on nothing but the secret, in either
    /// alphabet (RFC 4648, 4 and 5).
    ///
    /// - Parameter before: How many bytes precede the secret, modulo 3.
    private static func base64(_ bytes: [UInt8], after before: Int, owner: Int) -> ScrubPattern {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let padded = [UInt8](repeating: 0, count: before) + bytes
        let first = (8 * before + 5) / 6
        let last = 8 * padded.count / 6
        var units: [Unit] = []
        for letter in first..<last {
            var value = 0
            for bit in (6 * letter)..<(6 * letter + 6) {
                value = value << 1 | Int(padded[bit / 8] >> (7 - bit % 8) & 1)
            }
            let byte = alphabet[value]
            switch byte {
            case UInt8(ascii: "+"): units.append(Unit(one: byte, other: UInt8(ascii: "-")))
            case UInt8(ascii: "/"): units.append(Unit(one: byte, other: UInt8(ascii: "_")))
            default: units.append(Unit(one: byte, other: byte))
            }
        }
        return ScrubPattern(owner: owner, units: units, least: leastText, skipsBreaks: true)
    }

    /// What stands at a place of a text.
    enum Match {
        case none
        /// Up to here it is the secret, or enough of it.
        case until(Int)
        /// The text ends before it is known; so far this is what is known.
        case cutOff(Int?)
    }

    func match(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Match {
        var places = [start]
        var next: [Int] = []
        var end: Int?
        var isCutOff = false
        for (count, unit) in units.enumerated() {
            next.removeAll(keepingCapacity: true)
            for place in places {
                var place = place
                if skipsBreaks, count > 0 {
                    while place < bytes.count, bytes[place] == 0x0D || bytes[place] == 0x0A { place += 1 }
                }
                guard place < bytes.count else {
                    isCutOff = true
                    continue
                }
                let readings = EncodedByte.read(bytes, at: place)
                if readings.isCutOff { isCutOff = true }
                if unit.accepts(readings.first.value) { Self.add(place + readings.first.length, to: &next) }
                if let second = readings.second, unit.accepts(second.value) {
                    Self.add(place + second.length, to: &next)
                }
            }
            if next.isEmpty { break }
            swap(&places, &next)
            if count + 1 >= threshold { end = places.max() }
        }
        if isCutOff { return .cutOff(end) }
        return end.map(Match.until) ?? .none
    }

    private static func add(_ place: Int, to places: inout [Int]) {
        if !places.contains(place) { places.append(place) }
    }

    /// The bytes that it can begin with.
    var beginnings: Set<UInt8> {
        guard let unit = units.first else { return [] }
        var found: Set<UInt8> = [unit.one, unit.other, UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&")]
        if unit.accepts(0x20) { found.insert(UInt8(ascii: "+")) }
        return found
    }
}
