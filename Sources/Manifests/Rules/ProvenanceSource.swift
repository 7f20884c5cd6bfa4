/// Where a value may come from, in the constraint `from`.
package enum ProvenanceSource: Hashable, Sendable {
    /// Any value that a person supplied with the intent.
    case inputs
    /// One supplied value.
    case input(String, match: Match)
    /// A scalar at a place in the output of a tool, where that is not labelled untrusted.
    case tool(ToolPattern, at: PointerPattern)

    /// How a supplied value is compared.
    package enum Match: String, Hashable, Sendable, CaseIterable {
        /// The argument is the value.
        case value
        /// The argument is a whole token of the supplied text.
        case token
    }
}

/// A JSON pointer (RFC 6901) in which a token `*` stands for any one element or member. The empty pattern is the whole
/// value, which for a tool without structured output is its text.
package struct PointerPattern: Hashable, Sendable, CustomStringConvertible {
    package let tokens: [Token]

    package enum Token: Hashable, Sendable {
        case name(String)
        case any
    }

    static let maximumTokens = 32
    static let pattern = #"^(/([^~/]|~[01])*)*$"#

    /// Nil for what is no pointer, or has too many tokens.
    package init?(_ text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/"), let parsed = ArgumentPointer.parse(text),
            parsed.count <= Self.maximumTokens
        else { return nil }
        tokens = parsed.map { $0 == "*" ? .any : .name($0) }
    }

    package var description: String {
        ArgumentPointer.pointer(
            tokens.map { token in
                switch token {
                case .name(let name): name
                case .any: "*"
                }
            })
    }

    /// True if a pointer's tokens lead to a place that the pattern means.
    package func matches(_ pointer: [String]) -> Bool {
        guard pointer.count == tokens.count else { return false }
        return zip(tokens, pointer).allSatisfy { token, name in
            switch token {
            case .any: true
            case .name(let expected): expected.utf8.elementsEqual(name.utf8)
            }
        }
    }
}
