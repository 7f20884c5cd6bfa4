extension BPFAssembler {
    /// The instructions of one test.
    mutating func place(_ condition: ArgumentCondition, yes: Target, no: Target) -> Target {
        let argument = condition.argument
        switch condition.test {
        case .anyBit(let mask):
            let test = branch(BPFInstruction.jumpAnyBit, mask, yes: yes, no: no)
            return load(FilterData.low(argument), then: test)
        case .oneOf(let values, let width):
            return place(argument, UInt64.max, values, width, yes: yes, no: no)
        case .masked(let mask, let values, let width):
            return place(argument, mask, values, width, yes: yes, no: no)
        case .range(let range, .low32):
            return placeLow(argument, UInt32(range.lowerBound)...UInt32(range.upperBound), yes: yes, no: no)
        case .range(let range, .full64): return place(argument, range, yes: yes, no: no)
        }
    }

    private mutating func place(
        _ argument: Int, _ mask: UInt64, _ values: [UInt64], _ width: ArgumentCondition.Width, yes: Target, no: Target
    ) -> Target {
        let low = UInt32(truncatingIfNeeded: mask)
        guard width == .full64 else {
            return placeLow(argument, low, Set(values.map { UInt32(truncatingIfNeeded: $0) }), yes: yes, no: no)
        }
        var next = no
        let byHigh = Dictionary(grouping: Set(values)) { UInt32($0 >> 32) }
        for (high, values) in byHigh.sorted(by: { $0.key > $1.key }) {
            let values = Set(values.map { UInt32(truncatingIfNeeded: $0) })
            let matched = placeLow(argument, low, values, yes: yes, no: no)
            let test = branch(BPFInstruction.jumpEqual, high, yes: matched, no: next)
            next = load(FilterData.high(argument), mask: UInt32(mask >> 32), then: test)
        }
        return next
    }

    private mutating func placeLow(
        _ argument: Int, _ mask: UInt32, _ values: Set<UInt32>, yes: Target, no: Target
    ) -> Target {
        var next = no
        for value in values.sorted(by: >) { next = branch(BPFInstruction.jumpEqual, value, yes: yes, no: next) }
        return values.isEmpty ? no : load(FilterData.low(argument), mask: mask, then: next)
    }

    private mutating func placeLow(
        _ argument: Int, _ range: ClosedRange<UInt32>, yes: Target, no: Target
    ) -> Target {
        let upper = branch(BPFInstruction.jumpGreater, range.upperBound, yes: no, no: yes)
        let lower = branch(BPFInstruction.jumpGreaterOrEqual, range.lowerBound, yes: upper, no: no)
        return load(FilterData.low(argument), then: lower)
    }

    /// Compares the upper halves, and the lower ones where those are equal.
    private mutating func place(
        _ argument: Int, _ range: ClosedRange<UInt64>, yes: Target, no: Target
    ) -> Target {
        let (low, high) = (FilterData.low(argument), FilterData.high(argument))
        let (from, to) = (range.lowerBound, range.upperBound)
        func half(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
        let aboveLow = load(low, then: branch(BPFInstruction.jumpGreater, half(to), yes: no, no: yes))
        let aboveEqual = branch(BPFInstruction.jumpEqual, half(to >> 32), yes: aboveLow, no: yes)
        let above = load(high, then: branch(BPFInstruction.jumpGreater, half(to >> 32), yes: no, no: aboveEqual))
        let belowLow = load(low, then: branch(BPFInstruction.jumpGreaterOrEqual, half(from), yes: above, no: no))
        let belowEqual = branch(BPFInstruction.jumpEqual, half(from >> 32), yes: belowLow, no: above)
        return load(
            high, then: branch(BPFInstruction.jumpGreaterOrEqual, half(from >> 32), yes: belowEqual, no: no))
    }
}
