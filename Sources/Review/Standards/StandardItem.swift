import StrictJSON

/// A list of risks or outcomes that others publish, against which a ledger can be read.
package enum Standard: String, CaseIterable, Sendable {
    case owaspAgentic = "owasp-agentic"
    case owaspNHI = "owasp-nhi"
    case nistCSF = "nist-csf"

    package var title: String {
        switch self {
        case .owaspAgentic: "OWASP Top 10 for Agentic Applications 2026"
        case .owaspNHI: "OWASP Non-Human Identities Top 10 2025"
        case .nistCSF: "NIST Cybersecurity Framework 2.0, a selection"
        }
    }

    package var items: [StandardItem] {
        switch self {
        case .owaspAgentic: OWASPAgentic.items
        case .owaspNHI: OWASPNHI.items
        case .nistCSF: NISTCSF.items
        }
    }
}

/// One item of a standard, and what of it agentbox answers. The names are those of the standard; the rest is ours.
package struct StandardItem: Sendable {
    package let identifier: String
    package let name: String
    package let coverage: Coverage
    /// What answers it.
    package let controls: [String]
    /// What does not: of an item that is covered in part, or not at all.
    package let gap: String?
    /// What of the ledger shows the controls at work.
    package let evidence: [Evidence]

    init(
        _ identifier: String, _ name: String, _ coverage: Coverage, controls: [String] = [], gap: String? = nil,
        evidence: [Evidence] = []
    ) {
        self.identifier = identifier
        self.name = name
        self.coverage = coverage
        self.controls = controls
        self.gap = gap
        self.evidence = evidence
    }

    package enum Coverage: String, Sendable {
        case covered
        case partly = "partly covered"
        case notCovered = "not covered"
    }
}
