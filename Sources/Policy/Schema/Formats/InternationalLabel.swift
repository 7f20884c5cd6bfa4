import Hosts

/// Labels of IDNA 2008 in Unicode: RFC 5891, 4.2, with the characters and contexts of RFC 5892.
///
/// The properties of characters are those of Swift's standard library, so their Unicode version is that of the build.
enum InternationalLabel {
    /// The label holds at least one character beyond ASCII, and at most 63.
    static func admits(_ scalars: [Unicode.Scalar]) -> Bool {
        guard let first = scalars.first, let last = scalars.last, first != "-", last != "-" else { return false }
        guard scalars.count < 4 || scalars[2] != "-" || scalars[3] != "-" else { return false }
        switch first.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        return scalars.indices.allSatisfy { isAllowed(at: $0, of: scalars) }
    }

    private static func isAllowed(at index: Int, of scalars: [Unicode.Scalar]) -> Bool {
        let previous = index > 0 ? scalars[index - 1] : nil
        let next = index + 1 < scalars.count ? scalars[index + 1] : nil
        // RFC 5892, appendix A, and the exceptions of 2.6.
        switch scalars[index].value {
        case 0x200C: return isVirama(previous) || JoiningType.isBetweenJoined(index, scalars)
        case 0x200D: return isVirama(previous)
        case 0xB7: return previous == "l" && next == "l"
        case 0x375: return next.map(isGreek) ?? false
        case 0x5F3, 0x5F4: return previous.map(isHebrew) ?? false
        case 0x30FB: return scalars.contains(where: isJapanese)
        case 0x660...0x669: return !scalars.contains { (0x6F0...0x6F9).contains($0.value) }
        case 0x6F0...0x6F9: return !scalars.contains { (0x660...0x669).contains($0.value) }
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        // Old Hangul jamo, 2.9.
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB: return false
        default: return Punycode.isStable(scalars[index])
        }
    }

    private static func isVirama(_ scalar: Unicode.Scalar?) -> Bool {
        scalar?.properties.canonicalCombiningClass == .virama
    }

    private static func isGreek(_ scalar: Unicode.Scalar) -> Bool {
        (0x370...0x3FF).contains(scalar.value) || (0x1F00...0x1FFF).contains(scalar.value)
    }

    private static func isHebrew(_ scalar: Unicode.Scalar) -> Bool {
        (0x591...0x5F4).contains(scalar.value) || (0xFB1D...0xFB4F).contains(scalar.value)
    }

    /// Hiragana, Katakana (but for the dot itself) or Han.
    private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF: true
        case 0x3005, 0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFD: true
        default: false
        }
    }
}
