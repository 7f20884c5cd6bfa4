/// What one evaluation has left. A unit is one step of the evaluator, or `bytesPerUnit` bytes that a function reads or
/// writes, or one element that is compared; the static estimate counts the same.
struct CELBudget {
    static let bytesPerUnit = 64

    private(set) var left: UInt64
    private let limit: UInt64

    init(_ limit: UInt64) {
        self.limit = limit
        left = limit
    }

    var used: UInt64 { limit - left }

    mutating func charge(_ units: Int = 1) throws(CELFunctionError) {
        let units = UInt64(max(0, units))
        guard units <= left else {
            left = 0
            throw CELFunctionError("the expression costs more than \(limit) to evaluate")
        }
        left -= units
    }

    mutating func charge(bytes: Int) throws(CELFunctionError) {
        try charge(1 + bytes / Self.bytesPerUnit)
    }

    /// The longest text that a function may still make.
    var maximumBytes: Int { CELLimits.resultBytes }
}
