import Glibc
import TestSupport
import Testing

/// What came of every attempt in every place, for one person.
struct EscapeTable {
    let person: Person
    let isGrouped: Bool
    private let attempts: [Attempt]
    private var results: [Place: [String: Attempt]] = [:]

    init(_ person: Person, isGrouped: Bool) throws {
        self.person = person
        self.isGrouped = isGrouped
        attempts = try Probe.attempts()
    }

    mutating func enter(_ tried: [Attempt], in place: Place) {
        for attempt in tried { results[place, default: [:]][attempt.name] = attempt }
    }

    private func result(_ name: String, _ place: Place) -> Attempt? { results[place]?[name] }

    /// Nothing got through anywhere that is not open by design, and everything that was refused is a real attempt.
    func check() {
        for attempt in attempts where !attempt.runsAlone {
            checkControl(attempt)
            for place in Place.allCases where place != .outside { check(attempt, in: place) }
        }
    }

    /// INVARIANT: a refusal counts only beside a control that succeeds, or that shows that there is nothing to refuse.
    private func checkControl(_ attempt: Attempt) {
        let control = result(attempt.name, .outside)
        let isRootsOnly = attempt.needsRoot && person != .root
        let isReal = control?.result == .succeeded || control?.result == .absent
        #expect(
            isReal || isRootsOnly && control?.result == .refused,
            "the control of \(attempt.name) as \(person): \(control?.result.rawValue ?? "not run") \(control?.detail ?? "")"
        )
    }

    private func check(_ attempt: Attempt, in place: Place) {
        let tried = result(attempt.name, place)
        let came = "\(tried?.result.rawValue ?? "not run") \(tried?.detail ?? "")"
        let words = "\(attempt.name) as \(person), \(place): \(came)"
        if OpenByDesign.reason(attempt.name, in: place, isGrouped: isGrouped) != nil {
            #expect(tried?.result == .succeeded, "no longer open, so say so: \(words)")
            return
        }
        if let issue = OpenByDesign.knownIssue(attempt.name, in: place, as: person) {
            withKnownIssue("\(attempt.name): \(issue)") { #expect(tried?.result == .refused, "\(words)") }
            return
        }
        #expect(tried?.result == .refused || tried?.result == .absent, "got through: \(words)")
    }

    /// The totals, and with AGENTBOX_ESCAPES_TABLE set a line for each attempt.
    func report() {
        if getenv("AGENTBOX_ESCAPES_TABLE") != nil { printRows() }
        let areas = Dictionary(grouping: attempts, by: \.area).map { "\($0.key) \($0.value.count)" }.sorted()
        print("escapes as \(person.rawValue): \(attempts.count) attempts (\(areas.joined(separator: ", ")))")
        for place in Place.allCases {
            let tried = results[place].map { Array($0.values) } ?? []
            let counts = [Attempt.Result.refused, .succeeded, .absent, .skipped].map { result in
                "\(tried.count { $0.result == result }) \(result.rawValue)"
            }
            print("  \(place.rawValue): \(counts.joined(separator: ", "))")
        }
    }

    private func printRows() {
        func row(_ words: [String]) {
            let widths = [11, 40, 34, 34, 34, 34]
            print(zip(words, widths).map { $0.padding(to: $1) }.joined(separator: " "))
        }
        row(["area", "attempt"] + Place.allCases.map(\.rawValue))
        for attempt in attempts {
            let cells = Place.allCases.map { place in
                result(attempt.name, place).map { "\($0.result.rawValue) (\($0.detail))" } ?? "-"
            }
            let name = attempt.name + (attempt.advisory.map { " (\($0))" } ?? "")
            row([attempt.area, name] + cells)
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
