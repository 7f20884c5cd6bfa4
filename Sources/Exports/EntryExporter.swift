import Ledger
import LinuxIO
import StrictJSON

/// Writes entries in one form, in the order of the ledger. What it holds does not grow with the ledger.
protocol EntryExporter {
    /// What stands before the first entry.
    mutating func begin(_ output: inout [UInt8])
    /// An entry that was selected.
    mutating func add(_ entry: ExportedEntry, _ output: inout [UInt8])
    /// What has not been written yet: the ledger ends here, or is damaged from here on.
    mutating func finish(_ output: inout [UInt8])
}

extension EntryExporter {
    mutating func begin(_ output: inout [UInt8]) {}
    mutating func finish(_ output: inout [UInt8]) {}
}

/// One entry on its way out.
package struct ExportedEntry: Sendable {
    package let index: LedgerIndex
    /// As it stands in the log: canonical JSON, in which commitments stand for arguments and outputs.
    package let payload: [UInt8]
    /// The same as a value: of what was committed to the grants are shown, and nothing else.
    package let json: JSON

    package init(index: LedgerIndex, payload: [UInt8], json: JSON) {
        self.index = index
        self.payload = payload
        self.json = json
    }

    subscript(_ key: String) -> JSON? { json[key] }

    func text(_ key: String) -> String? { json[key]?.stringValue }

    var kind: String { text("kind") ?? "" }
    /// Nil in an entry that another build wrote in another form.
    var time: Timestamp? { text("time").flatMap { Timestamp($0) } }
    /// A run's name, of an entry that belongs to one.
    var run: String? { text("run") }
    var decision: JSON? { json["decision"] }
    var outcome: JSON? { json["outcome"] }

    /// The rules that a decision rests on, by their positions in the intent.
    var rules: [Int64] { (decision?["rules"]?.arrayValue ?? []).compactMap { $0["index"]?.integerValue } }
    var labels: [String] { (json["labels"]?.arrayValue ?? []).compactMap(\.stringValue) }

    /// What the call could touch: the word of each grant and its subject.
    var grants: [(word: String, subject: String)] {
        let grants: [JSON] = json["grants"]?.arrayValue ?? []
        return grants.compactMap { grant in
            guard let member = grant.objectValue?.first(where: { _ in true }), let subject = member.value.stringValue
            else { return nil }
            return (member.key, subject)
        }
    }

    var violations: Int {
        (outcome?["violations"]?.arrayValue?.count ?? 0) + Int(outcome?["violationsOmitted"]?.integerValue ?? 0)
    }

    /// Who approved: of a decision those whose approvals it rests on, of an answer the one who gave it.
    var approvers: [String] {
        let approval = decision?["approval"] ?? json["approval"]
        let named: [JSON] = approval?["approvers"]?.arrayValue ?? []
        return named.compactMap { $0["name"]?.stringValue } + [text("approver")].compactMap(\.self)
    }
}
