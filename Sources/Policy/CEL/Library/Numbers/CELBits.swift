/// The extension `math` on bits, of `int` and `uint`; `int` in two's complement.
enum CELBits {
    static func and<Integer: FixedWidthInteger>(_ left: Integer, _ right: Integer) -> Integer { left & right }
    static func or<Integer: FixedWidthInteger>(_ left: Integer, _ right: Integer) -> Integer { left | right }
    static func xor<Integer: FixedWidthInteger>(_ left: Integer, _ right: Integer) -> Integer { left ^ right }
    static func not<Integer: FixedWidthInteger>(_ value: Integer) -> Integer { ~value }

    /// By 64 or more gives zero; a negative offset is an error.
    static func shiftLeft(_ value: UInt64, by offset: Int64) throws(CELFunctionError) -> UInt64 {
        // Smart shifts: nothing is masked off the offset.
        value << (try checked(offset))
    }

    static func shiftLeft(_ value: Int64, by offset: Int64) throws(CELFunctionError) -> Int64 {
        Int64(bitPattern: try shiftLeft(UInt64(bitPattern: value), by: offset))
    }

    static func shiftRight(_ value: UInt64, by offset: Int64) throws(CELFunctionError) -> UInt64 {
        value >> (try checked(offset))
    }

    /// Zeros come in from the left, for a negative `int` too: -1024 by 3 gives 2305843009213693824.
    static func shiftRight(_ value: Int64, by offset: Int64) throws(CELFunctionError) -> Int64 {
        Int64(bitPattern: try shiftRight(UInt64(bitPattern: value), by: offset))
    }

    private static func checked(_ offset: Int64) throws(CELFunctionError) -> Int64 {
        if offset < 0 { throw CELFunctionError("negative offset of a shift: \(offset)") }
        return offset
    }
}
