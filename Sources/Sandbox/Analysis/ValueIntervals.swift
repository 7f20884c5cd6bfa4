/// A set of values of one argument as intervals, of the whole register or of its lower half.
struct ValueIntervals: Hashable, Sendable {
    let intervals: [ClosedRange<UInt64>]
    let width: ArgumentCondition.Width

    private var greatest: UInt64 { width == .low32 ? UInt64(UInt32.max) : UInt64.max }

    /// Nil if the set is no union of intervals, as with a mask that leaves out bits in the middle.
    init?(_ cubes: [ArgumentCube]) {
        let isLow = cubes.allSatisfy { $0.mask >> 32 == 0 }
        let top: UInt64 = isLow ? UInt64(UInt32.max) : UInt64.max
        var intervals: [ClosedRange<UInt64>] = []
        for cube in cubes.sorted(by: { $0.value < $1.value }) {
            let free = top & ~cube.mask
            // The free bits are the lowest ones, or it is no interval.
            guard free & (free &+ 1) == 0 else { return nil }
            let next = cube.value...(cube.value | free)
            if let last = intervals.last, last.upperBound &+ 1 == next.lowerBound, last.upperBound < top {
                intervals[intervals.count - 1] = last.lowerBound...next.upperBound
            } else {
                intervals.append(next)
            }
        }
        self.intervals = intervals
        width = isLow ? .low32 : .full64
    }

    private init(_ intervals: [ClosedRange<UInt64>], _ width: ArgumentCondition.Width) {
        self.intervals = intervals
        self.width = width
    }

    /// Every other value.
    var complement: ValueIntervals {
        var result: [ClosedRange<UInt64>] = []
        var next: UInt64? = 0
        for interval in intervals {
            if let start = next, start < interval.lowerBound { result.append(start...(interval.lowerBound - 1)) }
            next = interval.upperBound == greatest ? nil : interval.upperBound + 1
        }
        if let next { result.append(next...greatest) }
        return ValueIntervals(result, width)
    }

    /// The values, if they are single ones and not more than a person reads.
    var values: [UInt64]? {
        let count = intervals.reduce(0) { $0 + min(64, $1.upperBound - $1.lowerBound) + 1 }
        guard count <= 64 else { return nil }
        return intervals.flatMap { Array($0) }
    }
}
