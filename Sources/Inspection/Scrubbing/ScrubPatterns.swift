/// All that is to be taken out of a call's answers.
struct ScrubPatterns: Sendable {
    let patterns: [ScrubPattern]
    /// Of each byte, which patterns can begin with it.
    let beginnings: [[Int]]

    init(_ secrets: [[UInt8]]) {
        let patterns = secrets.enumerated().flatMap { ScrubPattern.all(of: $1, owner: $0) }.filter { !$0.units.isEmpty }
        var beginnings = [[Int]](repeating: [], count: 256)
        for (index, pattern) in patterns.enumerated() {
            for byte in pattern.beginnings { beginnings[Int(byte)].append(index) }
        }
        self.patterns = patterns
        self.beginnings = beginnings
    }

    var isEmpty: Bool { patterns.isEmpty }
}
