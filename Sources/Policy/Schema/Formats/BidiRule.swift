/// RFC 5893, 2: labels of names in which a script from right to left occurs.
enum BidiRule {
    private enum Direction {
        /// L, and R or AL.
        case left, right
        /// EN and AN.
        case europeanDigit, arabicDigit
        /// NSM.
        case mark
        /// ES, CS, ET, ON, BN.
        case neutral
    }

    /// True for a label with a character of class R, AL or AN.
    static func isRightToLeft(_ label: [Unicode.Scalar]) -> Bool {
        label.contains { [.right, .arabicDigit].contains(direction(of: $0)) }
    }

    /// True if the label keeps the rule.
    static func holds(_ label: [Unicode.Scalar]) -> Bool {
        let directions = label.map(direction)
        let end = directions.last { $0 != .mark }
        switch directions.first {
        case .right:
            return !directions.contains(.left) && (end == .right || end == .europeanDigit || end == .arabicDigit)
                && !(directions.contains(.europeanDigit) && directions.contains(.arabicDigit))
        case .left:
            return !directions.contains(.right) && !directions.contains(.arabicDigit)
                && (end == .left || end == .europeanDigit)
        default: return false
        }
    }

    /// By blocks: within those of the scripts from right to left everything is, but for marks and digits.
    private static func direction(of scalar: Unicode.Scalar) -> Direction {
        switch scalar.value {
        case 0x30...0x39, 0x6F0...0x6F9: return .europeanDigit
        case 0x660...0x669, 0x66B...0x66C, 0x600...0x605, 0x6DD: return .arabicDigit
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return .mark
        case .format, .dashPunctuation: return .neutral
        default: break
        }
        switch scalar.value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: return .right
        default: return .left
        }
    }
}
