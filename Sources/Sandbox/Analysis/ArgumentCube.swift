/// The values of one argument in which certain bits are fixed: those of `mask` are as in `value`, the others are free.
///
/// Everything that a filter can ask of an argument (a value, a mask, a range) is a union of these, and so are the
/// intersection and the difference of two. That makes questions about filters decidable by calculation.
struct ArgumentCube: Hashable, Sendable {
    let mask: UInt64
    let value: UInt64

    /// Every value.
    static let any = ArgumentCube(mask: 0, value: 0)

    init(mask: UInt64, value: UInt64) {
        self.mask = mask
        self.value = value & mask
    }

    func contains(_ argument: UInt64) -> Bool { argument & mask == value }

    /// Nil if there is no common value.
    func intersection(_ other: ArgumentCube) -> ArgumentCube? {
        guard (value ^ other.value) & mask & other.mask == 0 else { return nil }
        return ArgumentCube(mask: mask | other.mask, value: value | other.value)
    }

    /// What is left without the values of `other`, in pieces that have no value in common.
    func subtracting(_ other: ArgumentCube) -> [ArgumentCube] {
        guard intersection(other) != nil else { return [self] }
        var pieces: [ArgumentCube] = []
        var (fixed, bits) = (mask, value)
        for position in stride(from: 63, through: 0, by: -1) {
            let bit: UInt64 = 1 << UInt64(position)
            guard other.mask & bit != 0, mask & bit == 0 else { continue }
            fixed |= bit
            pieces.append(ArgumentCube(mask: fixed, value: bits | (~other.value & bit)))
            bits |= other.value & bit
        }
        return pieces
    }

    /// A range of one half of the register, in as few pieces as there can be. `shift` is 0 or 32.
    static func pieces(of range: ClosedRange<UInt32>, shift: UInt64) -> [ArgumentCube] {
        pieces(of: UInt64(range.lowerBound)...UInt64(range.upperBound), bits: 0xffff_ffff).map {
            ArgumentCube(mask: $0.mask << shift, value: $0.value << shift)
        }
    }

    /// A range of the whole register.
    static func pieces(of range: ClosedRange<UInt64>) -> [ArgumentCube] { pieces(of: range, bits: .max) }

    private static func pieces(of range: ClosedRange<UInt64>, bits: UInt64) -> [ArgumentCube] {
        var pieces: [ArgumentCube] = []
        var next = range.lowerBound
        while true {
            // The free bits: as many low ones as are zero in the start, while the piece stays within the range.
            var free = next == 0 ? bits : (next & (~next &+ 1)) - 1
            while next | free > range.upperBound { free >>= 1 }
            pieces.append(ArgumentCube(mask: bits & ~free, value: next))
            guard next | free < range.upperBound else { return pieces }
            next = (next | free) + 1
        }
    }
}
