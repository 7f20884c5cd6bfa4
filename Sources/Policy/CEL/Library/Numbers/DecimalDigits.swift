/// The magnitude of a finite double in decimal: 0.d₁d₂d₃… × 10^`point`.
struct DecimalDigits: Sendable {
    /// Each 0 to 9, the first not 0; none for zero.
    private(set) var digits: [UInt8]
    private(set) var point: Int

    /// The fewest digits that read back as the same double.
    init(shortest value: Double) {
        let number = DecimalNumber(.double(value))
        digits = number.magnitude == 0 ? [] : String(number.magnitude).utf8.map { $0 - UInt8(ascii: "0") }
        point = digits.count + number.exponent
    }

    /// All digits of its exact value, at most some 770.
    init(exact value: Double) {
        // value = significand × 2^exponent
        var significand = value.significandBitPattern
        var exponent = -1074
        if value.exponentBitPattern > 0 {
            significand |= 1 << 52
            exponent = Int(value.exponentBitPattern) - 1075
        }
        guard significand != 0 else {
            digits = []
            point = 0
            return
        }
        let zeros = significand.trailingZeroBitCount
        exponent += zeros
        var number = LargeNumber(significand >> zeros)
        if exponent >= 0 {
            number.multiply(by: 2, times: exponent)
        } else {
            // n / 2ᵏ is n · 5ᵏ / 10ᵏ.
            number.multiply(by: 5, times: -exponent)
        }
        digits = number.digits
        point = digits.count + min(0, exponent)
    }

    /// Keeps that many digits, the rest rounded to the nearest, halves to even. A count below zero leaves nothing.
    mutating func round(keeping count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            return
        }
        let dropped = digits[count...]
        digits = Array(digits[..<count])
        let isOdd = (digits.last ?? 0) % 2 == 1
        guard let first = dropped.first, first > 5 || first == 5 && (isOdd || dropped.dropFirst().contains { $0 != 0 })
        else { return }
        while let last = digits.popLast() {
            if last < 9 {
                digits.append(last + 1)
                return
            }
        }
        digits = [1]
        point += 1
    }
}

/// A whole number of any size, as groups of nine decimal digits, the least first.
private struct LargeNumber {
    private static let base: UInt64 = 1_000_000_000
    private var groups: [UInt32] = []

    init(_ value: UInt64) {
        var rest = value
        while rest > 0 {
            groups.append(UInt32(rest % Self.base))
            rest /= Self.base
        }
    }

    mutating func multiply(by factor: UInt64, times: Int) {
        var times = times
        while times > 0 {
            // 2¹³ and 5¹³ stay below 2³¹, so that a group's product stays below 2⁶⁴.
            let step = min(times, 13)
            let power = (0..<step).reduce(UInt64(1)) { power, _ in power * factor }
            var carry: UInt64 = 0
            for index in groups.indices {
                let product = UInt64(groups[index]) * power + carry
                groups[index] = UInt32(product % Self.base)
                carry = product / Self.base
            }
            if carry > 0 {
                groups.append(UInt32(carry % Self.base))
                if carry >= Self.base { groups.append(UInt32(carry / Self.base)) }
            }
            times -= step
        }
    }

    var digits: [UInt8] {
        var digits: [UInt8] = []
        for group in groups.reversed() {
            let text = Array(String(group).utf8)
            if !digits.isEmpty { digits += Array(repeating: 0, count: 9 - text.count) }
            digits += text.map { $0 - UInt8(ascii: "0") }
        }
        return digits
    }
}
