import ArgumentParser
import Diagnostics
import Review
import Runs
import Store
import StrictJSON

/// `agentbox audit report`
struct AuditReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Say which control answers which item of a standard, with the evidence of this ledger.",
        discussion: """
            owasp-agentic   OWASP Top 10 for Agentic Applications 2026 (ASI01 to ASI10)
            owasp-nhi       OWASP Non-Human Identities Top 10 2025 (NHI1 to NHI10)
            nist-csf        NIST Cybersecurity Framework 2.0: PR.AA-05 and what is near to it

            What is not covered is listed as such. The evidence is counted from the entries of your ledger: a control \
            without any was never at work in that time. This is a statement about agentbox, not a certificate.

            EXAMPLES
              agentbox audit report --standard owasp-agentic
              agentbox audit report --standard nist-csf --since 90d --markdown > pr-aa.md
            """
    )

    @Option(help: "One of: \(Standard.allCases.map(\.rawValue).joined(separator: ", ")).")
    var standard: Standard

    @Option(help: "Entries from then on: \(MomentWord.forms).")
    var since: String?

    @Flag(help: "A table in Markdown.")
    var markdown = false

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        if json && markdown { throw ValidationError("give --json or --markdown, not both") }
    }

    func run() throws {
        let home = try Home.open()
        let (survey, damage) = try LedgerReview.survey(home, since: try MomentWord.parse(since, "--since"))
        let report = StandardReport(standard, survey.counts)
        if json {
            Terminal.print(json: report.json)
        } else if markdown {
            Terminal.printRaw(report.markdown)
        } else {
            for line in Self.lines(report) { Terminal.print(line) }
        }
        if let damage { throw Terminal.distrust(damage, "the report") }
    }

    private static func lines(_ report: StandardReport) -> [String] {
        var lines = [Terminal.styled(report.standard.title, .bold), report.summary]
        for item in report.standard.items {
            let style: Terminal.Style =
                switch item.coverage {
                case .covered: .green
                case .partly: .yellow
                case .notCovered: .red
                }
            lines += [""] + TextWrap.lines("\(item.identifier)  \(item.name)", within: Terminal.width)
            lines.append("  " + Terminal.styled(item.coverage.rawValue, style))
            lines += item.controls.flatMap { indented("+ " + $0) }
            if let gap = item.gap { lines += indented("- " + gap) }
            let evidence = report.evidence(of: item).map { "\($0.evidence.words): \($0.count)" }
            if !evidence.isEmpty { lines += indented("= " + evidence.joined(separator: ", ")) }
        }
        return lines
    }

    private static func indented(_ text: String) -> [String] {
        TextWrap.lines(text, within: Terminal.width - 4).enumerated().map { ($0 == 0 ? "  " : "    ") + $1 }
    }
}

extension Standard: ExpressibleByArgument {}
