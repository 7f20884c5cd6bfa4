import Diagnostics
import Policy

/// An amendment for a person: what would let the call through, and what else it would open.
struct AmendmentReport {
    private let amendment: Amendment

    init(_ amendment: Amendment) { self.amendment = amendment }

    var lines: [String] {
        var lines = [""] + Terminal.prose("to let it through: " + VisibleText.line(amendment.advice))
        guard let yaml = amendment.yaml else { return lines }
        lines += yaml.split(separator: "\n").map { "  " + VisibleText.line(String($0)) }
        if amendment.opens.isEmpty { lines.append("it opens nothing else") }
        for opening in amendment.opens {
            let witness = opening.witness.map { ": \(VisibleText.line($0.encodedString(), limit: 400))" } ?? ""
            lines += Terminal.prose("it also opens \(opening.text)\(witness)")
        }
        return lines
    }
}
