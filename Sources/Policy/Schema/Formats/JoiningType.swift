/// How Arabic letters join their neighbours, as far as RFC 5892, appendix A.1 asks: a zero width non-joiner stands between
/// two letters that would join.
enum JoiningType {
    static func isBetweenJoined(_ index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let before = scalars[..<index].last { !isTransparent($0) }
        let after = scalars[(index + 1)...].first { !isTransparent($0) }
        guard let before, let after else { return false }
        return joinsBoth(before) && (joinsBoth(after) || joinsPrevious(after))
    }

    private static func isTransparent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: scalar.value != 0x200C && scalar.value != 0x200D
        default: false
        }
    }

    private static func joinsBoth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x620, 0x626, 0x628, 0x62A...0x62E, 0x633...0x63F, 0x641...0x647, 0x649...0x64A, 0x66E...0x66F,
            0x678...0x687, 0x69A...0x6BF, 0x6C1...0x6C2, 0x6CC, 0x6CE, 0x6D0...0x6D1, 0x6FA...0x6FC, 0x6FF,
            0x750...0x758, 0x75C...0x76A, 0x76D...0x770, 0x772, 0x775...0x777, 0x77A...0x77F:
            true
        default: false
        }
    }

    private static func joinsPrevious(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x622...0x625, 0x627, 0x629, 0x62F...0x632, 0x648, 0x671...0x673, 0x675...0x677, 0x688...0x699, 0x6C0,
            0x6C3...0x6CB, 0x6CD, 0x6CF, 0x6D2...0x6D3, 0x6D5, 0x6EE...0x6EF, 0x759...0x75B, 0x76B...0x76C, 0x771,
            0x773...0x774, 0x778...0x779:
            true
        default: false
        }
    }
}
