import StrictJSON

/// A tool: an executable and what its author says of it. `kind: Tool`.
package struct Tool: Hashable, Sendable {
    package var name: ToolName
    package var version: String
    package var title: String?
    package var description: String
    /// The executable's word first. `agentbox-…` is ours, `./x` lies beside the manifest, else an absolute path.
    package var command: [Template]
    package var input: Input
    /// A JSON Schema of type object.
    package var inputSchema: JSON
    package var outputSchema: JSON?
    package var annotations: Annotations
    package var sandbox: ProfileName
    package var grants: [GrantTemplate]
    /// What everything that a call returns carries; empty for a tool that is trusted.
    package var outputLabels: [Label]
    /// A secret of its own for each call.
    package var credentials: [CredentialTemplate] = []
    package var limits: ToolLimits
    /// Files beside the manifest that the executable needs, as relative paths.
    package var files: [String]
    package var tests: [ToolTest]
    /// Programs that insist on one find a proxy of the call's own, for what its `connect` grants name.
    package var usesProxy = false

    /// How the executable gets the arguments.
    package enum Input: String, Hashable, Sendable, CaseIterable {
        /// As one JSON object, in canonical form, on standard input.
        case stdin
        /// In its argument vector only; standard input is empty.
        case argv
    }
}

/// What the author says of a tool's effects. Hints to a client, facts to a rule.
package struct Annotations: Hashable, Sendable {
    package var readOnly: Bool
    package var destructive: Bool
    package var idempotent: Bool
    package var openWorld: Bool

    package init(readOnly: Bool, destructive: Bool, idempotent: Bool, openWorld: Bool) {
        self.readOnly = readOnly
        self.destructive = destructive
        self.idempotent = idempotent
        self.openWorld = openWorld
    }
}

/// What a call of this tool may touch, before its arguments are known.
package struct GrantTemplate: Hashable, Sendable {
    package var word: GrantWord
    package var value: Template
    /// Of `connect`: ranges of addresses that are not public and that the name may lead to all the same, or that the
    /// arguments may name. Literal, so that no call chooses them.
    package var within: [String]
    /// Of `connect`: TLS ends at agentbox, and requests are looked at. Implied by `http` and `trust`.
    package var isInspected: Bool
    /// Of `connect`: a file of the tool with roots that the destination may be certified by, beside the system's.
    package var trust: String?
    /// Of `connect`: one of them has to cover a request; empty: every one that is well formed is.
    package var http: [HTTPRuleTemplate]

    package init(
        word: GrantWord, value: Template, within: [String] = [], isInspected: Bool = false, trust: String? = nil,
        http: [HTTPRuleTemplate] = []
    ) {
        self.word = word
        self.value = value
        self.within = within
        self.isInspected = isInspected || trust != nil || !http.isEmpty
        self.trust = trust
        self.http = http
    }
}

/// What a grant allows. The vocabulary is closed: a word that no build knows is an error at load.
package enum GrantWord: String, Hashable, Sendable, CaseIterable {
    /// Read the content of one existing file.
    case read
    /// List one existing directory and the directories beneath it: names, no content.
    case list
    /// Read every file beneath one directory. Wider than `read`.
    case readUnder
    /// Replace the content of one existing file, or create it.
    case write
    /// Create one file that does not exist.
    case create
    /// Create, change and remove files beneath one directory. Wider than `write`.
    case writeUnder
    /// Execute one program of the view, by absolute path.
    case exec
    /// Change a part of the repository's `.git`: the value is `objects`, `refs` or `index`.
    case git
    /// Connect to one TCP port of one host, through the egress broker.
    case connect

    /// Take connections at one TCP port of the call's own loopback.
    case listen

    /// What is under a profile's `network`.
    package static let ofNetwork: [GrantWord] = [.connect, .listen]
    /// The words that `filesystem.grants` of a profile lists.
    static let ofFiles = allCases.filter { !ofNetwork.contains($0) }
}

/// Limits of one call. Where profile and tool both set one, the smaller holds.
package struct ToolLimits: Hashable, Sendable {
    package var time: Duration?
    package var memory: ByteCount?
    package var output: ByteCount?
}

/// One of a tool's own tests, run by `agentbox tool test`.
package struct ToolTest: Hashable, Sendable {
    /// The arguments, an object.
    package var call: JSON
    package var expect: Expectation

    /// What must come of the call. Members of the mapping form all have to hold.
    package enum Expectation: Hashable, Sendable {
        case denied
        case failed
        case succeeds(contains: String?, structured: JSON?)
    }
}
