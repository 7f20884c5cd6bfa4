extension ECMAPattern {
    /// How often an atom is repeated; no maximum is without end.
    struct Repetition: Hashable {
        var minimum: Int
        var maximum: Int?

        /// The most that RE2 takes in one pair of braces.
        private static let chunk = 1000
        /// The most of all; more would not fit RE2's memory for any but the simplest atom.
        static let limit = 10_000

        /// The atom, repeated, in RE2's syntax. Counts over RE2's limit are written as several.
        func re2(of atom: String) throws(PatternRefusal) -> String {
            guard max(minimum, maximum ?? 0) <= Self.limit else {
                throw PatternRefusal("repeats more than \(Self.limit) times")
            }
            var result = ""
            var required = minimum
            while required > 0 {
                let count = min(required, Self.chunk)
                result += count == 1 ? atom : "\(atom){\(count)}"
                required -= count
            }
            guard let maximum else { return group(result + atom + "*") }
            var optional = maximum - minimum
            while optional > 0 {
                let count = min(optional, Self.chunk)
                result += count == 1 ? "\(atom)?" : "\(atom){0,\(count)}"
                optional -= count
            }
            return group(result)
        }

        /// One atom again, so that what follows cannot bind to its last part only.
        private func group(_ text: String) -> String { "(?:\(text))" }
    }

    /// Reads a quantifier, if one stands here. Its laziness is dropped.
    mutating func quantifier() throws(PatternRefusal) -> Repetition? {
        var repetition: Repetition?
        if take("*") {
            repetition = Repetition(minimum: 0, maximum: nil)
        } else if take("+") {
            repetition = Repetition(minimum: 1, maximum: nil)
        } else if take("?") {
            repetition = Repetition(minimum: 0, maximum: 1)
        } else if next == "{" {
            repetition = try braces()
        }
        guard repetition != nil else { return nil }
        _ = take("?")
        if next == "*" || next == "+" || next == "?" { throw refusal("has a quantifier after a quantifier") }
        return repetition
    }

    /// `{2}`, `{2,}` or `{2,5}`; nil, and nothing read, for a brace that is just a brace.
    private mutating func braces() throws(PatternRefusal) -> Repetition? {
        let start = position
        position += 1
        let minimum = try number()
        let comma = take(",")
        let maximum = comma ? try number() : minimum
        guard take("}"), minimum != nil || (comma && maximum != nil) else {
            position = start
            return nil
        }
        guard let minimum else {
            throw refusal("has a `{,n}`, which means different things to different engines,")
        }
        // Numbers that are cut at the limit may look equal, which is in order.
        if let maximum, maximum < minimum { throw refusal("has a quantifier with its bounds out of order") }
        return Repetition(minimum: minimum, maximum: maximum)
    }

    private mutating func number() throws(PatternRefusal) -> Int? {
        var value: Int?
        while let scalar = next, isDigit(scalar) {
            position += 1
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), Repetition.limit + 1)
        }
        return value
    }
}
