import Manifests
import StrictJSON

/// Calls of one shape that a person allows for one run: so many, and not after a moment. In the intent's own words, so
/// that the same code that reads rules decides whether a call is one of them.
package struct CallPattern: Hashable, Sendable {
    /// The run that it is for; no other.
    package var run: String
    package var intentDigest: String
    package var tool: ToolName
    /// Of the registration: a tool that is registered anew is another.
    package var toolDigest: String
    /// Constraints by argument. Arguments that are not named have to be absent: what was not shown is not allowed.
    package var arguments: [ArgumentConstraint]
    /// How many calls, at least one.
    package var count: Int
    package var expires: Moment
    package var nonce: Nonce

    package init(
        run: String, intentDigest: String, tool: ToolName, toolDigest: String, arguments: [ArgumentConstraint],
        count: Int, expires: Moment, nonce: Nonce
    ) {
        self.run = run
        self.intentDigest = intentDigest
        self.tool = tool
        self.toolDigest = toolDigest
        self.arguments = arguments
        self.count = count
        self.expires = expires
        self.nonce = nonce
    }

    static let kind = "agentbox.dev/pattern/v1"

    /// The pattern as a rule of an intent, for `Policy` to compile and to match.
    package var rule: Intent.Rule { Intent.Rule(allowing: tool, arguments, calls: count) }

    package var json: JSON {
        [
            "kind": .string(Self.kind), "run": .string(run), "intentDigest": .string(intentDigest),
            "toolDigest": .string(toolDigest), "rule": rule.canonicalJSON, "expires": .string(expires.description),
            "nonce": .string(nonce.description),
        ]
    }

    /// What a statement of scope `pattern` is about.
    package func digest() throws(JSONError) -> SubjectDigest { try .of(json) }
}
