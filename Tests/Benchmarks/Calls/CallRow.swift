/// One line of a table of calls: what was done, how long it took each time, and what it is a multiple of.
struct CallRow: Sendable {
    var name: String
    /// What it is confined by.
    var note = ""
    /// Microseconds, sorted.
    var times: [Double] = []
    /// The line of which this one's median is a multiple.
    var base = 0
    /// What that multiple should not exceed; nil for a peer.
    var goal: Double?

    var median: Double { percentile(50) }

    func percentile(_ percent: Int) -> Double {
        times.isEmpty ? 0 : times[min(times.count - 1, times.count * percent / 100)]
    }
}

/// A goal that is compared, as it is printed.
func verdict(_ ratio: Double, goal: Double) -> String {
    "goal \(decimal(goal)): \(ratio <= goal ? "reached" : "MISSED")"
}

/// With two digits, rounded.
func decimal(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
}

func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

func left(_ text: String, _ width: Int) -> String { text + spaces(width - text.count) }

func right(_ text: String, _ width: Int) -> String { spaces(width - text.count) + text }

extension [CallRow] {
    /// As `make bench` prints them; a line without times says why there are none.
    func table(_ title: String) -> String {
        let width = (map(\.name.count).max() ?? 0) + 2
        var lines = [left(title, width) + right("p50 µs", 9) + right("p95 µs", 9) + right("× bare", 9)]
        for row in self {
            guard !row.times.isEmpty else {
                lines.append(left(row.name, width) + "  " + row.note)
                continue
            }
            let ratio = row.median / self[row.base].median
            var line = left(row.name, width) + right("\(Int(row.median))", 9) + right("\(Int(row.percentile(95)))", 9)
            line += right(decimal(ratio), 9)
            if let goal = row.goal { line += "  " + verdict(ratio, goal: goal) }
            if !row.note.isEmpty { line += "  (\(row.note))" }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}

/// The kernel takes namespaces apart in the background, for some milliseconds after the process that had them is gone.
/// Nobody is to pay for the one before; nor for a processor that fell asleep meanwhile.
func settle() {
    let end = ContinuousClock.now + .milliseconds(5)
    while ContinuousClock.now < end {}
}

func microseconds(since start: ContinuousClock.Instant) -> Double { microseconds(start.duration(to: .now)) }
