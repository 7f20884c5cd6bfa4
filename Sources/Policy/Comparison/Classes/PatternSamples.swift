/// Texts that a regular expression matches, or probably does: whoever uses one asks the expression.
///
/// Reads the common part of RE2's syntax (literals, classes, groups, alternatives, repetitions) and makes texts of it.
/// Of anything else it makes nothing. Bounded: in the length of the pattern, in depth and in what is made.
struct PatternSamples {
    private var rest: ArraySlice<Unicode.Scalar>
    private var depth = 0
    /// Which choice is taken where there is one, and how often what may repeat does.
    private let choice: Int
    private var choices = 0

    private static let maximumDepth = 32
    private static let maximumLength = 4096

    private struct Unreadable: Error {}

    /// Some texts, each once.
    static func texts(_ pattern: String, count: Int = 8) -> [String] {
        let scalars = Array(pattern.unicodeScalars)
        var texts: [String] = []
        for choice in 0..<count {
            var samples = PatternSamples(rest: scalars[...], choice: choice)
            guard let text = try? samples.alternatives(), samples.rest.isEmpty else { return texts }
            if !texts.contains(where: { $0.unicodeScalars.elementsEqual(text) }) {
                texts.append(String(String.UnicodeScalarView(text)))
            }
        }
        return texts
    }

    private init(rest: ArraySlice<Unicode.Scalar>, choice: Int) {
        self.rest = rest
        self.choice = choice
    }

    private mutating func pick(_ count: Int) -> Int {
        guard count > 1 else { return 0 }
        choices += 1
        return (choice + (choice > 1 ? choices * choice : 0)) % count
    }

    private mutating func alternatives() throws(Unreadable) -> [Unicode.Scalar] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw Unreadable() }
        var options = [try sequence()]
        while rest.first == "|" {
            rest.removeFirst()
            options.append(try sequence())
        }
        return options[pick(options.count)]
    }

    private mutating func sequence() throws(Unreadable) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        while let next = rest.first, next != "|", next != ")" {
            let piece = try atom()
            let times = try repetitions()
            guard result.count + piece.count * times <= Self.maximumLength else { throw Unreadable() }
            for _ in 0..<times { result += piece }
        }
        return result
    }

    private mutating func atom() throws(Unreadable) -> [Unicode.Scalar] {
        guard let first = rest.popFirst() else { throw Unreadable() }
        switch first {
        case "^", "$": return []
        case ".": return [["a", "7", "-"][pick(3)]]
        case "[": return [try bracket()]
        case "(":
            if rest.first == "?" {
                // A group that is not captured, named, or has flags: what stands before the colon or bracket.
                rest.removeFirst()
                while let next = rest.popFirst(), next != ":", next != ">" { if next == ")" { return [] } }
            }
            let inner = try alternatives()
            guard rest.popFirst() == ")" else { throw Unreadable() }
            return inner
        case "\\":
            guard let escape = rest.popFirst() else { throw Unreadable() }
            if "AzbB".unicodeScalars.contains(escape) { return [] }
            let set = try Self.escaped(escape)
            return [set[pick(set.count)]]
        case "*", "+", "?": throw Unreadable()
        default: return [first]
        }
    }

    private mutating func repetitions() throws(Unreadable) -> Int {
        let range: ClosedRange<Int>
        switch rest.first {
        case "*": range = 0...4
        case "+": range = 1...5
        case "?": range = 0...1
        case "{":
            guard let close = rest.firstIndex(of: "}") else { return 1 }
            let text = String(String.UnicodeScalarView(rest[rest.startIndex..<close].dropFirst()))
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard let least = parts.first.flatMap({ Int($0) }), (0...1000).contains(least) else { return 1 }
            let most = parts.count == 1 ? least : Int(parts[1]) ?? least + 4
            guard most >= least, most <= 1000 else { throw Unreadable() }
            range = least...most
            rest = rest[close...]
        default: return 1
        }
        rest.removeFirst()
        if rest.first == "?" { rest.removeFirst() }
        return range.lowerBound + (choice == 0 ? min(1, range.count - 1) : pick(min(range.count, 5)))
    }

    /// One member of a class.
    private mutating func bracket() throws(Unreadable) -> Unicode.Scalar {
        var isNegated = false
        if rest.first == "^" {
            isNegated = true
            rest.removeFirst()
        }
        var members: [Unicode.Scalar] = []
        var isFirst = true
        while let next = rest.popFirst(), next != "]" || isFirst {
            isFirst = false
            if next == "[", rest.first == ":" { throw Unreadable() }
            var options = [next]
            if next == "\\" {
                guard let escape = rest.popFirst() else { throw Unreadable() }
                options = try Self.escaped(escape)
            }
            if options.count == 1, rest.first == "-", rest.dropFirst().first != "]", rest.count > 1 {
                rest.removeFirst()
                guard let end = rest.popFirst(), end != "\\", end.value >= options[0].value else { throw Unreadable() }
                let middle = Unicode.Scalar(options[0].value + (end.value - options[0].value) / 2)
                options += [middle, end].compactMap(\.self)
            }
            members += options
            guard members.count <= Self.maximumLength else { throw Unreadable() }
        }
        guard isNegated else {
            if members.isEmpty { throw Unreadable() }
            return members[pick(members.count)]
        }
        let others: [Unicode.Scalar] = ["a", "x", "Z", "5", "-", "_", " ", "~", "é"]
        // The ends of ranges are not all of them: the expression itself says in the end whether the text is one.
        let allowed = others.filter { !members.contains($0) }
        guard !allowed.isEmpty else { throw Unreadable() }
        return allowed[pick(allowed.count)]
    }

    private static func escaped(_ scalar: Unicode.Scalar) throws(Unreadable) -> [Unicode.Scalar] {
        switch scalar {
        case "d": ["7", "0", "3"]
        case "w": ["a", "Z", "5", "_"]
        case "s": [" "]
        case "D", "W": ["-", " "]
        case "S": ["a", "-"]
        case "n": ["\n"]
        case "t": ["\t"]
        default:
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { throw Unreadable() } else { [scalar] }
        }
    }
}
