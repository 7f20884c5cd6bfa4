/// OpenSSH's list of patterns (`PATTERNS` in ssh_config's manual page): `*` is any run of characters, `?` any one, `!`
/// before a pattern takes out what it matches. Case matters.
struct PatternList: Hashable, Sendable {
    let patterns: [String]

    /// Nil for an empty list or pattern.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && !$0.elementsEqual("!".utf8) }) else { return nil }
        patterns = parts.map { String(decoding: $0, as: UTF8.self) }
    }

    func matches(_ text: String) -> Bool {
        var isMatched = false
        for pattern in patterns {
            let isNegated = pattern.utf8.first == UInt8(ascii: "!")
            let plain = isNegated ? Array(pattern.utf8.dropFirst()) : Array(pattern.utf8)
            guard Self.matches(plain, Array(text.utf8)) else { continue }
            if isNegated { return false }
            isMatched = true
        }
        return isMatched
    }

    /// The patterns that are names, in lower case.
    var plainNames: Set<String> {
        Set(patterns.filter { !$0.utf8.contains { "*?!".utf8.contains($0) } }.map { $0.lowercased() })
    }

    /// True if more names match than are written.
    var hasPatterns: Bool { patterns.contains { $0.utf8.contains { "*?".utf8.contains($0) } } }

    /// The patterns that are names, as they are written.
    var writtenNames: [String] { patterns.filter { !$0.utf8.contains { "*?!".utf8.contains($0) } } }

    /// Linear in the product of the lengths.
    private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var p = 0
        var t = 0
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == UInt8(ascii: "?") {
                p += 1
                t += 1
            } else if let resume = star {
                star = (resume.pattern, resume.text + 1)
                p = resume.pattern + 1
                t = resume.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
