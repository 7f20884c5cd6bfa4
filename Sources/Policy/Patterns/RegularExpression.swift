import CRE2

/// A regular expression that matches in time linear in the text, whatever the expression: RE2.
final class RegularExpression: Sendable {
    // INVARIANT: set once; libre2 documents that matching a compiled expression is safe from several threads at once.
    private nonisolated(unsafe) let expression: OpaquePointer

    /// Longest text as it is written. The longest address patterns in the wild have about 6 KB.
    static let maximumLength = 8 << 10
    /// Longest text in RE2's syntax, in which classes are written out.
    static let maximumTranslatedLength = 64 << 10

    /// Compiles a text in RE2's syntax, in at most the memory that `budget` still has.
    init(_ pattern: String, budget: inout PatternBudget) throws(PatternRefusal) {
        guard pattern.utf8.count <= Self.maximumTranslatedLength else {
            throw PatternRefusal("is longer than \(Self.maximumTranslatedLength) bytes")
        }
        var reason = ""
        for memory in PatternBudget.steps {
            guard memory <= budget.remaining else {
                throw PatternRefusal("needs more than is left of the \(PatternBudget.total >> 20) MiB for all patterns")
            }
            switch Self.compile(pattern, memory: memory) {
            case .success(let compiled):
                budget.remaining -= memory
                expression = compiled
                return
            case .failure(let refusal):
                reason = refusal.reason
            }
        }
        throw PatternRefusal("is not accepted by RE2: \(reason)")
    }

    deinit {
        cre2_free(expression)
    }

    /// True if the whole text matches.
    func matchesWhole(_ text: String) -> Bool {
        Self.withBytes(of: text) { cre2_full_match(expression, $0.baseAddress, $0.count) }
    }

    /// True if a part of the text matches.
    func matchesPart(of text: String) -> Bool {
        Self.withBytes(of: text) { cre2_partial_match(expression, $0.baseAddress, $0.count) }
    }

    private static func compile(_ pattern: String, memory: Int) -> Result<OpaquePointer, PatternRefusal> {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            message.initialize(repeating: 0)
            let compiled = withBytes(of: pattern) {
                cre2_compile($0.baseAddress, $0.count, Int64(memory), message.baseAddress, message.count)
            }
            if let compiled { return .success(compiled) }
            let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return .failure(PatternRefusal(String(decoding: bytes, as: UTF8.self)))
        }
    }

    private static func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<CChar>) -> Result) -> Result {
        let fast = text.utf8.withContiguousStorageIfAvailable { $0.withMemoryRebound(to: CChar.self, body) }
        if let fast { return fast }
        return Array(text.utf8).withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self, body) }
    }
}
