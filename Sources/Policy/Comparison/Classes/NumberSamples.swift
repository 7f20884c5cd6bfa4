import StrictJSON

/// Numbers that together meet every interval between some points.
enum NumberSamples {
    static func around(_ points: [ExactNumber]) -> [JSON] {
        var sorted: [ExactNumber] = []
        for point in points.sorted(by: <) where sorted.last.map({ $0 < point }) ?? true { sorted.append(point) }
        guard let first = sorted.first, let last = sorted.last else { return [1, 0.5] }
        var samples = [below(first), above(last)].compactMap(\.self)
        samples += sorted.map(\.json)
        for (left, right) in zip(sorted, sorted.dropFirst()) { samples += between(left, right) }
        return samples
    }

    /// A whole number and one that is not, if there are such between the two.
    private static func between(_ left: ExactNumber, _ right: ExactNumber) -> [JSON] {
        var candidates: [ExactNumber] = []
        if let whole = wholeAbove(left) { candidates.append(.integer(whole)) }
        let (low, high) = (left.double, right.double)
        candidates += [.double(low / 2 + high / 2), .double(low.nextUp), .double(high.nextDown)]
        let within = candidates.filter { left < $0 && $0 < right }
        let whole = within.first(where: \.isIntegral)
        let other = within.first { !$0.isIntegral }
        return [whole, other].compactMap { $0?.json }
    }

    private static func wholeAbove(_ number: ExactNumber) -> Int64? {
        switch number {
        case .integer(let integer): integer < .max ? integer + 1 : nil
        case .double(let double): Int64(exactly: double.rounded(.down) + 1)
        }
    }

    private static func above(_ number: ExactNumber) -> JSON? {
        if let whole = wholeAbove(number) { return .integer(whole) }
        let double = number.double * (number.double > 0 ? 2 : 0.5)
        return double.isFinite && number < .double(double) ? .number(double) : nil
    }

    private static func below(_ number: ExactNumber) -> JSON? {
        switch number {
        case .integer(let integer) where integer > .min: return .integer(integer - 1)
        case .double(let double):
            if let whole = Int64(exactly: double.rounded(.up) - 1) { return .integer(whole) }
        default: break
        }
        let double = number.double * (number.double < 0 ? 2 : 0.5)
        return double.isFinite && .double(double) < number ? .number(double) : nil
    }
}

extension ExactNumber {
    fileprivate var double: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .double(let double): double
        }
    }
}
