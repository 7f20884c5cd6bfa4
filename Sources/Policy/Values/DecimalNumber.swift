/// A number as a product of an integer and a power of ten: how people write numbers, and so what they mean by
/// `multipleOf: 0.01`. A double stands for the shortest decimal that reads as it; 0.0075 is then a multiple of 0.0001,
/// which it is not as a binary fraction.
struct DecimalNumber: Hashable {
    /// Without trailing zeros, at most 19 digits.
    let magnitude: UInt64
    let exponent: Int

    init(_ number: ExactNumber) {
        switch number {
        case .integer(let integer): self.init(digits: integer.magnitude, exponent: 0)
        case .double(let double): self.init(double)
        }
    }

    private init(digits: UInt64, exponent: Int) {
        var digits = digits
        var exponent = exponent
        while digits != 0, digits.isMultiple(of: 10) {
            digits /= 10
            exponent += 1
        }
        magnitude = digits
        self.exponent = digits == 0 ? 0 : exponent
    }

    /// Swift prints the shortest decimal that reads back as the same double: `5e-324`, `0.0075`, `1.0`.
    private init(_ double: Double) {
        var digits: UInt64 = 0
        var exponent = 0
        var inFraction = false
        var bytes = double.magnitude.description.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "."):
                inFraction = true
            case UInt8(ascii: "e"):
                exponent += Int(String(decoding: bytes, as: UTF8.self)) ?? 0
                bytes = bytes.suffix(0)
            default:
                // At most 17 significant digits: 9007199254740991.0 and the like stay below 2⁶⁴.
                digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
                if inFraction { exponent -= 1 }
            }
        }
        self.init(digits: digits, exponent: exponent)
    }

    /// True if this is `divisor` times a whole number. The divisor is not zero.
    func isMultiple(of divisor: DecimalNumber) -> Bool {
        if magnitude == 0 { return true }
        let shift = exponent - divisor.exponent
        if shift >= 0 {
            // magnitude · 10^shift modulo the divisor's digits.
            let modulus = UInt128(divisor.magnitude)
            return UInt128(magnitude) % modulus * Self.powerOfTen(shift, modulo: modulus) % modulus == 0
        }
        // The divisor's digits move up by as many tens, which the magnitude, without trailing zeros, cannot hold.
        return false
    }

    private static func powerOfTen(_ power: Int, modulo modulus: UInt128) -> UInt128 {
        var result: UInt128 = 1 % modulus
        var base: UInt128 = 10 % modulus
        var power = power
        while power > 0 {
            if !power.isMultiple(of: 2) { result = result * base % modulus }
            base = base * base % modulus
            power /= 2
        }
        return result
    }
}
