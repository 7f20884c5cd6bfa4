/// Arguments in words: `request is TIOCSTI or TIOCLINUX`.
enum RegionText {
    private static let maximumTerms = 4
    private static let maximumValues = 12

    /// What the region says, for a call of that name; empty if it is every combination.
    static func words(_ region: ArgumentRegion, of call: String) -> String {
        if region.isEverything { return "" }
        guard let terms = ArgumentTerm.terms(of: region) else { return "the arguments are some of very many" }
        let shown = terms.prefix(maximumTerms).map { term in
            term.constrained.map { clause(term.cubes[$0], $0, call) }.joined(separator: " and ")
        }
        let more = terms.count - shown.count
        return shown.joined(separator: "; or ") + (more > 0 ? "; or \(more) more cases" : "")
    }

    private static func clause(_ cubes: [ArgumentCube], _ argument: Int, _ call: String) -> String {
        let name = ArgumentNames.argument(argument, of: call)
        guard let set = ValueIntervals(cubes) else {
            let masks = ArgumentTerm.masks(cubes)
            let tests = masks.prefix(maximumValues).map { (cube: ArgumentCube) in
                let mask = ArgumentNames.mask(cube.mask, of: argument, in: call)
                return cube.value == 0
                    ? "\(name) has none of \(mask)" : "\(name) & \(mask) is 0x\(String(cube.value, radix: 16))"
            }
            let more = masks.count - tests.count
            return tests.joined(separator: " or ") + (more > 0 ? " or \(more) more" : "")
        }
        let others = set.complement
        if let values = set.values { return "\(name) is " + list(values, argument, call) }
        if let values = others.values { return "\(name) is not " + list(values, argument, call) }
        let ranges = set.intervals.prefix(maximumValues).map { range in
            range.lowerBound == range.upperBound
                ? ArgumentNames.value(range.lowerBound, of: argument, in: call)
                : "\(number(range.lowerBound)) to \(number(range.upperBound))"
        }
        return "\(name) is \(ranges.joined(separator: " or "))"
            + (set.intervals.count > ranges.count ? " or in \(set.intervals.count - ranges.count) more ranges" : "")
    }

    private static func number(_ value: UInt64) -> String {
        value == UInt64.max || value == UInt64(UInt32.max) ? "the greatest" : String(value)
    }

    private static func list(_ values: [UInt64], _ argument: Int, _ call: String) -> String {
        let shown = values.prefix(maximumValues).map { ArgumentNames.value($0, of: argument, in: call) }
        let more = values.count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
