/// All that is to be taken out of a call's answers.
struct ScrubPatterns: Sendable {
    let patterns: [ScrubPattern]
    /// Of each byte, which patterns can begin with it.
    let beginnings: [[Int]]
    private let ends: [OpenEnd]

    init(_ secrets: [[UInt8]]) {
        let patterns = secrets.enumerated().flatMap { ScrubPattern.all(of: $1, owner: $0) }.filter { !$0.units.isEmpty }
        var beginnings = [[Int]](repeating: [], count: 256)
        for (index, pattern) in patterns.enumerated() {
            for byte in pattern.beginnings { beginnings[Int(byte)].append(index) }
        }
        ends = ScrubForm.allCases.map { form in
            let own = patterns.filter { $0.form == form }
            return OpenEnd(
                form: form, punctuation: own.reduce(into: []) { $0.formUnion($1.punctuation) },
                most: own.map(\.units.count).max() ?? 0)
        }
        self.patterns = patterns
        self.beginnings = beginnings
    }

    /// Where what has to wait begins, at the end of a text.
    func openEnd(of bytes: UnsafeBufferPointer<UInt8>) -> Int { ends.map { $0.start(in: bytes) }.min() ?? bytes.count }

    var isEmpty: Bool { patterns.isEmpty }
}
