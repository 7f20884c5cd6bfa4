extension ECMAPattern {
    /// Reads a class, of which the opening bracket was read, and writes it with explicit ranges.
    mutating func characterClass() throws(PatternRefusal) -> String {
        let negated = take("^")
        var set = ScalarSet()
        var properties = ""
        while !take("]") {
            let low = try classMember()
            // `-` makes a range between two single characters. After or before a class, as in `[\w-.]`, it is itself:
            // that is Annex B's reading, and no engine has another.
            if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]", case .scalar(let first) = low {
                let dash = position
                position += 1
                if case .scalar(let last) = try classMember() {
                    guard first <= last else { throw refusal("has a range out of order") }
                    set.insert(first...last)
                    continue
                }
                position = dash
            }
            switch low {
            case .scalar(let scalar): set.insert(scalar...scalar)
            case .set(let other): set.formUnion(other)
            case .property(let text): properties += text
            }
        }
        return write(set, properties: properties, negated: negated)
    }

    private mutating func classMember() throws(PatternRefusal) -> Member {
        guard let scalar = next else { throw refusal("has a `[` without a `]`") }
        position += 1
        return scalar == "\\" ? try classEscape() : .scalar(scalar.value)
    }

    private func write(_ set: ScalarSet, properties: String, negated: Bool) -> String {
        if properties.isEmpty, set.ranges.isEmpty {
            // `[]` matches nothing and `[^]` anything.
            return negated ? "[\(ScalarSet.all.re2)]" : "[^\(ScalarSet.all.re2)]"
        }
        return "[\(negated ? "^" : "")\(set.re2)\(properties)]"
    }
}
