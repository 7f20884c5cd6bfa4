import StrictJSON

/// What the run's calls carried as arguments so far: none of it gains provenance by coming back in a later output,
/// because the run may have written it there.
///
/// Kept as a Bloom filter over pieces of six letters and digits: 4 MiB whatever the run writes, made when the first call
/// goes ahead. What was written is always found; something else is taken for written with a probability that is below
/// 10⁻⁶ for most values and costs a provenance. Beyond `capacity` the filter says that everything was written. A value is
/// found in whatever was around it, however it was spaced, and where it was written in pieces of six or more. What was
/// written in smaller pieces, or encoded, is not found: a tool that returns what the run can write is no source to trust.
struct WrittenValues: Hashable, Sendable {
    /// Bytes of letters and digits that are remembered.
    static let capacity = 3 << 20
    private let capacity: Int
    private static let length = 6
    private static let bits = 1 << 25
    private static let probes = 4

    /// INVARIANT: empty, or `bits` of them.
    private var words: [UInt64] = []
    private var count = 0

    init(capacity: Int = WrittenValues.capacity) { self.capacity = capacity }

    /// True if no later output can be told from what the run wrote.
    var isFull: Bool { count > capacity }

    mutating func insert(_ arguments: JSON) {
        guard !isFull else { return }
        if words.isEmpty { words = [UInt64](repeating: 0, count: Self.bits / 64) }
        var numbers: Set<NormalValue> = []
        arguments.forEachScalar { value in
            for text in CallEcho.texts(of: value, &numbers) { insert(CompactText(text)) }
        }
        count += numbers.count
        for number in numbers { insert(Self.hash(of: number)) }
    }

    private mutating func insert(_ text: CompactText) {
        count += text.bytes.count + text.runs.count
        guard !isFull else { return }
        if text.bytes.count >= Self.length {
            for start in 0...(text.bytes.count - Self.length) {
                insert(Gram(text.bytes[start..<start + Self.length]).code)
            }
        } else {
            insert(Gram(text.bytes[...]).code)
        }
        for run in text.runs where run.count < Self.length { insert(Gram(text.bytes[run]).code) }
    }

    func covers(_ value: JSON) -> Bool {
        if isFull { return true }
        if words.isEmpty { return false }
        if NormalValue.forms(of: value).contains(where: { $0.kind == .number && contains(Self.hash(of: $0)) }) {
            return true
        }
        guard case .string(let text) = value else { return false }
        let compact = CompactText(text)
        if compact.bytes.count >= Self.length {
            return CompactText.isCovered(compact.bytes[...], length: Self.length) { contains($0.code) }
        }
        return contains(Gram(compact.bytes[...]).code)
            || compact.runs.allSatisfy { contains(Gram(compact.bytes[$0]).code) }
    }

    // MARK: Bits

    /// Numbers are apart from texts of the same digits. Collisions cost a provenance, never give one: no key is needed.
    private static func hash(of number: NormalValue) -> UInt64 {
        number.text.text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } | 1 << 63
    }

    private mutating func insert(_ code: UInt64) {
        for place in Self.places(of: code) { words[place / 64] |= 1 << UInt64(place % 64) }
    }

    private func contains(_ code: UInt64) -> Bool {
        Self.places(of: code).allSatisfy { words[$0 / 64] & 1 << UInt64($0 % 64) != 0 }
    }

    /// From two halves of one mixed word, as Kirsch and Mitzenmacher do.
    private static func places(of code: UInt64) -> some Sequence<Int> {
        var mixed = code &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        let step = mixed >> 32 | 1
        return (0..<UInt64(probes)).lazy.map { Int((mixed &+ $0 &* step) & UInt64(bits - 1)) }
    }
}
