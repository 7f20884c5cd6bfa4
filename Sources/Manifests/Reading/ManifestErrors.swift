import Diagnostics

/// Everything that is wrong with one or more manifests, sorted by file and position. Nothing of them was loaded.
package struct ManifestErrors: Diagnostic, Hashable {
    /// Never empty.
    package let problems: [ManifestProblem]
    /// How many more there are than `problems` holds: a hostile file may hold a million.
    package let omitted: Int

    /// How many problems of one file are kept.
    static let limit = 100
    /// How many of them a message shows.
    private static let shown = 20

    /// - Parameter problems: At least one.
    package init(_ problems: [ManifestProblem], omitted: Int = 0) {
        let sorted = problems.sorted()
        self.problems = Array(sorted.prefix(Self.limit))
        self.omitted = omitted + max(0, sorted.count - Self.limit)
    }

    package var code: String {
        let codes = Set(problems.map(\.code))
        return codes.count == 1 ? problems[0].code.rawValue : "invalid-manifest"
    }

    package var message: String {
        let lines = problems.prefix(Self.shown).map(\.description)
        let rest = problems.count - lines.count + omitted
        return (lines + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
    }

    /// Each problem carries its own.
    package var remedy: String? { nil }
}
