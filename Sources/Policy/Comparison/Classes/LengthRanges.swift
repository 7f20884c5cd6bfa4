/// The lengths between the bounds that constraints and schema set: within one range no bound tells two lengths apart.
struct LengthRanges {
    let ranges: [ClosedRange<Int>]

    /// - Parameters:
    ///   - bounds: Least and greatest lengths, as constraints give them.
    ///   - hasZero: True if nothing at all is a range of its own.
    init(_ bounds: [(min: Int?, max: Int?)], hasZero: Bool = false) {
        var starts: Set<Int> = [0]
        if hasZero { starts.insert(1) }
        for bound in bounds {
            if let min = bound.min, min > 0 { starts.insert(min) }
            if let max = bound.max, max >= 0, max < .max { starts.insert(max + 1) }
        }
        let sorted = starts.sorted()
        ranges = sorted.enumerated().map { index, start in
            start...(index + 1 < sorted.count ? sorted[index + 1] - 1 : .max)
        }
    }
}
