/// Sets of arguments as OCI's `args`: each list holds as a whole, and one of the lists has to.
enum OCIArguments {
    /// - Throws: `OCIError` for numbers that JSON does not carry exactly.
    static func lists(for region: ArgumentRegion, of call: String) throws(OCIError) -> [[OCISeccomp.Argument]] {
        var lists: [[OCISeccomp.Argument]] = []
        let tooMany = OCIError("$.syscalls", "the rules on `\(call)` make more of OCI's than can be loaded")
        guard let terms = ArgumentTerm.terms(of: region) else { throw tooMany }
        for term in terms {
            var products: [[OCISeccomp.Argument]] = [[]]
            // Never two comparisons of one argument in a list: runtimes would read either of them as enough.
            for argument in term.constrained {
                let choices = comparisons(term.cubes[argument], argument)
                products = products.flatMap { product in choices.map { product + [$0] } }
                guard products.count <= ArgumentTerm.limit else { throw tooMany }
            }
            lists += products
        }
        for argument in lists.flatMap({ $0 }) where max(argument.value, argument.valueTwo) > UInt64(Int64.max) {
            throw OCIError(
                "$.syscalls",
                "the rules on `\(call)` need numbers beyond \(Int64.max), which JSON does not carry exactly",
                remedy: "compare 32 bits of argument \(argument.index), or single values")
        }
        return lists
    }

    /// One of these holds for exactly the values of the cubes.
    private static func comparisons(_ cubes: [ArgumentCube], _ index: Int) -> [OCISeccomp.Argument] {
        func comparison(_ comparison: OCISeccomp.Comparison, _ value: UInt64) -> OCISeccomp.Argument {
            .init(index: index, value: value, valueTwo: 0, comparison: comparison)
        }
        if let set = ValueIntervals(cubes), set.width == .full64 {
            if let others = set.complement.values, others.count == 1 { return [comparison(.notEqual, others[0])] }
            // A long range with two ends is more than one comparison says.
            let isSimple = set.intervals.allSatisfy { range in
                range.lowerBound == 0 || range.upperBound == .max || range.upperBound - range.lowerBound < 64
            }
            if isSimple {
                return set.intervals.flatMap { range -> [OCISeccomp.Argument] in
                    if range.upperBound == .max { return [comparison(.greater, range.lowerBound - 1)] }
                    if range.lowerBound == 0, range.upperBound > 0 { return [comparison(.less, range.upperBound + 1)] }
                    return range.map { comparison(.equal, $0) }
                }
            }
        }
        return ArgumentTerm.masks(cubes).map { cube in
            guard cube.mask != .max else { return comparison(.equal, cube.value) }
            return .init(index: index, value: cube.mask, valueTwo: cube.value, comparison: .maskedEqual)
        }
    }
}
