import LinuxIO
import StrictJSON

/// One thing that a store keeps: a JSON object with what it is looked up by.
package struct StateRecord: Hashable, Sendable {
    package let kind: Kind
    /// Unique among the records of its kind.
    package let key: String
    /// The run that it belongs to; nil if it belongs to none.
    package let run: String?
    /// Where in its life it is: `pending`.
    package var state: String
    package var body: JSON
    /// 1 when it was created, greater by one with every replacement.
    package let version: Int64
    /// When it was last written, by the clock of who wrote it.
    package let changed: Timestamp

    package init(_ kind: Kind, _ key: String, run: String?, state: String, body: JSON) {
        self.init(kind, key, run: run, state: state, body: body, version: 0, changed: .now())
    }

    package init(
        _ kind: Kind, _ key: String, run: String?, state: String, body: JSON, version: Int64, changed: Timestamp
    ) {
        self.kind = kind
        self.key = key
        self.run = run
        self.state = state
        self.body = body
        self.version = version
        self.changed = changed
    }

    /// What a record is about.
    package struct Kind: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// A run: `RunRecord`.
        package static let run = Kind(rawValue: "run")
        /// A request for an approval, `ApprovalRecord` of `Registry`.
        package static let approval = Kind(rawValue: "approval")
        /// One answer to a request: `GivenAnswer` of `Registry`.
        package static let answer = Kind(rawValue: "answer")
        /// A pattern of calls that a person approved for one run.
        package static let pattern = Kind(rawValue: "pattern")
        /// What a browser's credential has counted to.
        package static let credential = Kind(rawValue: "credential")
        /// A credential that was issued for one call: `LeaseRecord`.
        package static let lease = Kind(rawValue: "lease")
    }
}

/// The right to write as the owner of something, say of a run. Whoever takes one fences off who took it before: a
/// process that was thought dead and wakes up again cannot write any more.
package struct FencingToken: Hashable, Sendable {
    package let name: String
    package let number: Int64

    package init(name: String, number: Int64) {
        self.name = name
        self.number = number
    }
}
