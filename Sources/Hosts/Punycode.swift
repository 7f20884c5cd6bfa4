/// The encoding behind `xn--`, RFC 3492, as far as it takes to tell a label that stands for a name from one that some
/// client would turn into another name.
package enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26

    /// True if the text after `xn--` decodes, stands for at least one character beyond ASCII, holds only characters
    /// that IDNA 2008 leaves as they are, and is the only encoding of what it decodes to.
    package static func isValidLabel(_ encoded: [UInt8]) -> Bool {
        guard let scalars = decode(encoded), let first = scalars.first else { return false }
        // `xn--example-` decodes to `example`: a client that decodes it dials another host than one that does not.
        guard scalars.contains(where: { !$0.isASCII }), scalars.allSatisfy(isStable) else { return false }
        // RFC 5891, 4.2.3.2: no label starts with a combining mark.
        guard !isMark(first) else { return false }
        return encode(scalars) == encoded
    }

    /// A letter, mark or digit in lower case that no compatibility mapping changes. Narrower than the tables of IDNA
    /// 2008 and so never wrong in the dangerous direction.
    package static func isStable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar == "-" || ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        guard !compatibility.contains(where: { $0.contains(scalar.value) }) else { return false }
        let properties = scalar.properties
        guard !properties.isDefaultIgnorableCodePoint else { return false }
        switch properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            return properties.lowercaseMapping.unicodeScalars.elementsEqual([scalar])
        default:
            return false
        }
    }

    /// Blocks and letters whose members NFKC maps to others: fullwidth, mathematical, superscript and the like.
    private static let compatibility: [ClosedRange<UInt32>] = [
        0xAA...0xAA, 0xBA...0xBA, 0x132...0x133, 0x13F...0x140, 0x149...0x149, 0x17F...0x17F, 0x1C4...0x1CC,
        0x1F1...0x1F3, 0x2B0...0x2B8, 0x2E0...0x2E4, 0x340...0x345, 0x37A...0x37A, 0x3D0...0x3D6, 0x3F0...0x3F2,
        0x3F5...0x3F5, 0x587...0x587, 0x675...0x678, 0x958...0x95F, 0xE33...0xE33, 0xEB3...0xEB3, 0xEDC...0xEDD,
        0x10FC...0x10FC, 0x1D2C...0x1D6A, 0x1D78...0x1D78, 0x1D9B...0x1DBF, 0x1E9A...0x1E9B, 0x1FBE...0x1FBE,
        0x2071...0x209C, 0x2100...0x214F, 0x2C7C...0x2C7D, 0x2D6F...0x2D6F, 0x3131...0x318E, 0xA69C...0xA69D,
        0xA770...0xA770, 0xA7F2...0xA7F4, 0xA7F8...0xA7F9, 0xAB5C...0xAB5F, 0xAB69...0xAB69, 0xF900...0xFAFF,
        0xFB00...0xFDFF, 0xFE70...0xFFEF, 0x10780...0x107BA, 0x1D400...0x1D7FF, 0x1E030...0x1E06D,
        0x1EE00...0x1EEFF, 0x2F800...0x2FA1F,
    ]

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    // MARK: RFC 3492, 6

    package static func decode(_ encoded: [UInt8]) -> [Unicode.Scalar]? {
        let delimiter = encoded.lastIndex(of: UInt8(ascii: "-"))
        var output = encoded[..<(delimiter ?? 0)].map { UInt32($0) }
        var rest = encoded[(delimiter.map { $0 + 1 } ?? 0)...]
        var code = 128
        var bias = 72
        var i = 0
        while !rest.isEmpty {
            let start = i
            var weight = 1
            var k = base
            while true {
                guard let digit = rest.popFirst().flatMap(digit) else { return nil }
                i += digit * weight
                let threshold = min(max(k - bias, tMin), tMax)
                if digit < threshold { break }
                weight *= base - threshold
                k += base
                // A label has at most 63 characters; far below this bound nothing overflows.
                guard i < 1 << 40, weight < 1 << 40 else { return nil }
            }
            bias = adapt(i - start, points: output.count + 1, first: start == 0)
            code += i / (output.count + 1)
            i %= output.count + 1
            guard code <= 0x10FFFF else { return nil }
            output.insert(UInt32(code), at: i)
            i += 1
        }
        let scalars = output.compactMap(Unicode.Scalar.init)
        return scalars.count == output.count ? scalars : nil
    }

    package static func encode(_ scalars: [Unicode.Scalar]) -> [UInt8] {
        var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var code = 128
        var delta = 0
        var bias = 72
        while handled < scalars.count, let next = scalars.map({ Int($0.value) }).filter({ $0 >= code }).min() {
            delta += (next - code) * (handled + 1)
            code = next
            for scalar in scalars {
                if scalar.value < code { delta += 1 }
                guard scalar.value == code else { continue }
                var q = delta
                var k = base
                while true {
                    let threshold = min(max(k - bias, tMin), tMax)
                    if q < threshold { break }
                    output.append(character(threshold + (q - threshold) % (base - threshold)))
                    q = (q - threshold) / (base - threshold)
                    k += base
                }
                output.append(character(q))
                bias = adapt(delta, points: handled + 1, first: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return output
    }

    private static func adapt(_ delta: Int, points: Int, first: Bool) -> Int {
        var delta = first ? delta / 700 : delta / 2
        delta += delta / points
        var k = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + 38)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
        default: nil
        }
    }

    private static func character(_ digit: Int) -> UInt8 {
        digit < 26 ? UInt8(ascii: "a") + UInt8(digit) : UInt8(ascii: "0") + UInt8(digit - 26)
    }
}
