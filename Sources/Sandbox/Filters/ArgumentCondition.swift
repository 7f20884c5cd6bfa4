/// A test on one argument.
struct ArgumentCondition: Hashable, Sendable {
    enum Test: Hashable, Sendable {
        /// The argument is one of the values.
        case oneOf([UInt64], Width)
        /// The bits of the mask are as in one of the values, which have no others.
        case masked(UInt64, [UInt64], Width)
        /// Both ends belong to it.
        case range(ClosedRange<UInt64>, Width)
        /// One of the bits is set in the argument's lower half.
        case anyBit(UInt32)
    }

    /// How much of the register the kernel reads. An `int` argument is the lower half: comparing all 64 bits would let
    /// a request such as TIOCSTI through with a bit set that the kernel never looks at (CVE-2019-10063 of Flatpak).
    enum Width: Hashable, Sendable { case low32, full64 }

    var argument: Int
    var test: Test
    var isNegated = false

    /// True of exactly the calls of which this is not.
    var negated: ArgumentCondition {
        ArgumentCondition(argument: argument, test: test, isNegated: !isNegated)
    }

    static func oneOf(_ argument: Int, _ values: [UInt64], _ width: Width = .low32) -> ArgumentCondition {
        ArgumentCondition(argument: argument, test: .oneOf(values, width))
    }

    static func noneOf(_ argument: Int, _ values: [UInt64], _ width: Width = .low32) -> ArgumentCondition {
        ArgumentCondition(argument: argument, test: .oneOf(values, width), isNegated: true)
    }

    static func anyBit(_ argument: Int, _ mask: UInt32) -> ArgumentCondition {
        ArgumentCondition(argument: argument, test: .anyBit(mask))
    }
}
