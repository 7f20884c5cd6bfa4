/// Letters that are written from right to left, and so may move what stands beside them.
enum RightToLeft {
    /// The ranges of the Unicode Character Database whose default is R or AL.
    static func isStrong(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x1_0800...0x1_0FFF, 0x1_E800...0x1_EFFF: true
        default: false
        }
    }
}
