import ToolSupport

/// A pattern of file names: `*` any characters but `/`, `**` any, `?` one but `/`. Without a `/` it is about the
/// last part of a path, with one about the whole path from where the search began.
struct Glob {
    private enum Token {
        case byte(UInt8)
        case one
        case star
        case anything
    }

    private let tokens: [Token]
    private let isAboutName: Bool

    init(_ text: String) throws(ToolError) {
        guard !text.isEmpty, text.utf8.count <= 256 else {
            throw ToolError(.invalidArguments, "`glob` has to have 1 to 256 characters", remedy: "such as `*.swift`")
        }
        var tokens: [Token] = []
        var bytes = text.utf8[...]
        isAboutName = !bytes.contains(UInt8(ascii: "/"))
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "?"): tokens.append(.one)
            case UInt8(ascii: "*"):
                guard bytes.first == UInt8(ascii: "*") else {
                    tokens.append(.star)
                    continue
                }
                bytes = bytes.drop { $0 == UInt8(ascii: "*") }
                tokens.append(.anything)
                // `**/x` finds x at every depth, also at the top.
                if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
            default: tokens.append(.byte(byte))
            }
        }
        self.tokens = tokens
    }

    func matches(_ path: [UInt8]) -> Bool {
        let slash = UInt8(ascii: "/")
        let subject = isAboutName ? path[((path.lastIndex(of: slash) ?? -1) + 1)...] : path[...]
        // One set of states a byte: the time is bounded by the product of the lengths, whatever the stars.
        var states = reachable([0])
        for byte in subject {
            var next: Set<Int> = []
            for state in states where state < tokens.count {
                switch tokens[state] {
                case .byte(byte): next.insert(state + 1)
                case .one where byte != slash: next.insert(state + 1)
                case .star where byte != slash: next.insert(state)
                case .anything: next.insert(state)
                default: break
                }
            }
            states = reachable(next)
            if states.isEmpty { return false }
        }
        return states.contains(tokens.count)
    }

    /// With what follows a star that takes nothing more.
    private func reachable(_ states: Set<Int>) -> Set<Int> {
        var result = states
        for state in states {
            var next = state
            while next < tokens.count {
                switch tokens[next] {
                case .star, .anything: next += 1
                case .byte, .one:
                    next = .max
                    continue
                }
                result.insert(next)
            }
        }
        return result
    }
}
