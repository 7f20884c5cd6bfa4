import Glibc
import Manifests
import StrictJSON

/// What a filter does, by system call: those with the same outcome for all arguments together, the others one by one.
package enum FilterSummary {
    /// Calls that meet the same.
    package struct Group: Sendable {
        /// `passes`, `EPERM`, `killed`, and for some arguments: `passes where …, else EPERM`.
        package let outcome: String
        package let calls: [String]

        func json() -> JSON {
            ["outcome": .string(outcome), "calls": .array(calls.map { .string($0) })]
        }
    }

    static func groups(of profile: ResolvedProfile) throws(SandboxError) -> [Group] {
        let analysis = try FilterAnalysis(profile)
        var calls: [String: [String]] = [:]
        for (name, number) in analysis.table.numbers {
            calls[words(try analysis.outcomes(ofNumber: number), of: name), default: []].append(name)
        }
        return calls.map { Group(outcome: $0.key, calls: $0.value.sorted()) }
            .sorted { ($1.calls.count, $0.outcome) < ($0.calls.count, $1.outcome) }
    }

    /// The outcome with the fewest cases in words, the one with the most as the rest.
    private static func words(_ outcomes: [CallVerdict: ArgumentRegion], of call: String) -> String {
        let parts = outcomes.map { (verdict: word($0.key), conditions: RegionText.words($0.value, of: call)) }
            .sorted { ($0.conditions.utf8.count, $0.verdict) < ($1.conditions.utf8.count, $1.verdict) }
        guard parts.count > 1 else { return parts.first?.verdict ?? "" }
        return parts.enumerated().map { index, part in
            index == parts.count - 1 ? "else \(part.verdict)" : "\(part.verdict) where \(part.conditions)"
        }.joined(separator: ", ")
    }

    private static func word(_ verdict: CallVerdict) -> String {
        switch verdict {
        case .allowed: "passes"
        case .refused(let number): ErrorNumbers.name(of: number)
        case .killed: "killed"
        }
    }
}
