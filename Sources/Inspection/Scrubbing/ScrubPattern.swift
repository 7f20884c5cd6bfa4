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
    ///
    /// Attack: who knows that much and is shown how far a longer text agrees reads the rest letter by letter. So from
    /// there on as many units are taken out as the whole has, whatever they are.
    let threshold: Int
    /// Punctuation of the pattern: what is neither this nor a letter or digit ends what is taken out.
    let punctuation: Set<UInt8>
    let form: ScrubForm

    private init(owner: Int, units: [Unit], least: Int, form: ScrubForm) {
        self.owner = owner
        self.units = units
        threshold = min(units.count, max(least, (units.count + 1) / 2))
        self.form = form
        punctuation = Set(units.flatMap { [$0.one, $0.other] })
    }

    /// All forms of a secret: as it is and escaped, in hexadecimal, as a list of numbers, and in base 64 however it lies
    /// among other bytes.
    static func all(of secret: [UInt8], owner: Int) -> [ScrubPattern] {
        // What a view of the end shows, too.
        let parts = secret.count >= 2 * leastText ? [secret, Array(secret[(secret.count / 2)...])] : [secret]
        return parts.flatMap { part in
            [text(part, owner: owner), hexadecimal(part, owner: owner), decimal(part, owner: owner)]
                + (0..<3).map { base64(part, after: $0, owner: owner) }
        }
    }

    private static let leastText = 8

    private static func text(_ bytes: [UInt8], owner: Int) -> ScrubPattern {
        // In any case: an answer in capitals says nearly as much.
        ScrubPattern(
            owner: owner,
            units: bytes.map { byte in
                let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                return isLetter ? Unit(one: byte | 0x20, other: byte & ~0x20) : Unit(one: byte, other: byte)
            }, least: leastText, form: .text)
    }

    private static func decimal(_ bytes: [UInt8], owner: Int) -> ScrubPattern {
        ScrubPattern(
            owner: owner, units: bytes.flatMap { String($0).utf8.map { Unit(one: $0, other: $0) } },
            least: 2 * leastText, form: .decimal)
    }

    private static func hexadecimal(_ bytes: [UInt8], owner: Int) -> ScrubPattern {
        let lower = Array("0123456789abcdef".utf8)
        let upper = Array("0123456789ABCDEF".utf8)
        return ScrubPattern(
            owner: owner,
            units: bytes.flatMap { byte in
                [Int(byte >> 4), Int(byte & 15)].map { Unit(one: lower[$0], other: upper[$0]) }
            }, least: 2 * leastText, form: .hexadecimal)
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
        return ScrubPattern(owner: owner, units: units, least: leastText, form: .base64)
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
            if let known = end, let reach = step(bytes, from: known, &isCutOff) { end = max(known, reach) }
            next.removeAll(keepingCapacity: true)
            for place in places {
                take(unit, bytes, at: place, to: &next, &isCutOff)
                if count > 0, let skipped = form.skip(bytes, at: place, &isCutOff) {
                    take(unit, bytes, at: skipped, to: &next, &isCutOff)
                }
            }
            if next.isEmpty, end == nil { break }
            swap(&places, &next)
            if count + 1 >= threshold, let last = places.max() { end = max(end ?? last, last) }
        }
        if isCutOff { return .cutOff(end) }
        return end.map(Match.until) ?? .none
    }

    private func take(
        _ unit: Unit, _ bytes: UnsafeBufferPointer<UInt8>, at place: Int, to next: inout [Int], _ isCutOff: inout Bool
    ) {
        guard place < bytes.count else { return isCutOff = true }
        let readings = EncodedByte.read(bytes, at: place)
        if readings.isCutOff { isCutOff = true }
        if unit.accepts(readings.first.value) { Self.add(place + readings.first.length, to: &next) }
        if let second = readings.second, unit.accepts(second.value) { Self.add(place + second.length, to: &next) }
    }

    /// Past one unit more of whatever it is; nil where nothing of the kind goes on.
    private func step(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ isCutOff: inout Bool) -> Int? {
        let place = form.skip(bytes, at: start, &isCutOff) ?? start
        guard place < bytes.count else {
            isCutOff = true
            return nil
        }
        let readings = EncodedByte.read(bytes, at: place)
        if readings.isCutOff { isCutOff = true }
        if let second = readings.second, goesOn(second.value) { return place + second.length }
        return goesOn(readings.first.value) ? place + readings.first.length : nil
    }

    private func goesOn(_ byte: UInt8) -> Bool { form.holds(byte) || punctuation.contains(byte) }

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
