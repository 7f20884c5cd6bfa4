/// The two invisible scalars that hold an emoji together: shown as they are, but only there.
enum EmojiSequence {
    /// True for a variation selector 16 after an emoji, and for a joiner between two.
    static func joins(at position: Int, in scalars: [Unicode.Scalar]) -> Bool {
        guard position > 0 else { return false }
        switch scalars[position].value {
        case 0xFE0F:
            return isEmoji(scalars[position - 1])
        case 0x200D:
            guard position + 1 < scalars.count, isEmoji(scalars[position + 1]) else { return false }
            let previous = scalars[position - 1]
            return isEmoji(previous) || (previous.value == 0xFE0F && joins(at: position - 1, in: scalars))
        default:
            return false
        }
    }

    /// ASCII digits, `#` and `*` count as emoji for Unicode; joined to something they would still pass for text.
    private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool { !scalar.isASCII && scalar.properties.isEmoji }
}
