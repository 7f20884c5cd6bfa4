import LinuxIO
import StrictJSON

/// What a revocation takes back.
package enum RevocationScope: Hashable, Sendable {
    case run(String)
    case tool(String)
    /// In lower case: see `of(principal:)`.
    case principal(String)
    case all

    /// Names of people are the same whatever their case, as for approvals.
    package static func of(principal name: String) -> RevocationScope { .principal(name.lowercased()) }

    /// True if a call of that tool in that run is covered.
    ///
    /// - Parameter server: That offers the tool; revoked, all of its tools are.
    package func covers(run: String, tool: String, server: String? = nil, principal: String) -> Bool {
        switch self {
        case .run(let name): name == run
        case .tool(let name): name == tool || name == server
        case .principal(let name): name == principal.lowercased()
        case .all: true
        }
    }

    /// `{"run": "2026-11-24-0d1f3a4b5c6d"}`, `{"all": true}`: as the ledger has it.
    package var json: JSON {
        switch self {
        case .run(let name): ["run": .string(name)]
        case .tool(let name): ["tool": .string(name)]
        case .principal(let name): ["principal": .string(name)]
        case .all: ["all": true]
        }
    }

    /// Nil if it is nothing that `json` writes.
    package init?(_ json: JSON) {
        guard let object = json.objectValue, object.count == 1 else { return nil }
        if let name = object["run"]?.stringValue {
            self = .run(name)
        } else if let name = object["tool"]?.stringValue {
            self = .tool(name)
        } else if let name = object["principal"]?.stringValue {
            self = .of(principal: name)
        } else if object["all"] == true {
            self = .all
        } else {
            return nil
        }
    }
}

/// Something was taken back, and everything that began at an earlier epoch is covered by it.
package struct Revocation: Hashable, Sendable {
    /// Greater than that of every earlier one.
    package let epoch: Int64
    package let scope: RevocationScope
    /// Who took it back.
    package let by: String
    package let reason: String?
    package let time: Timestamp

    package init(epoch: Int64, scope: RevocationScope, by: String, reason: String?, time: Timestamp) {
        self.epoch = epoch
        self.scope = scope
        self.by = by
        self.reason = reason
        self.time = time
    }
}
