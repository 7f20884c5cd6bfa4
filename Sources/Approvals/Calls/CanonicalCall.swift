import StrictJSON

/// All that matters about one call, in one form (RFC 8785), so that its SHA-256 names exactly this call: what an
/// approval is bound to and what the ledger holds as `callDigest`.
///
/// ```swift
/// let digest = try call.digest()      // sha256:…
/// ```
///
/// Nothing in it has a default: whoever adds a property that matters is told by the compiler where calls are made.
package struct CanonicalCall: Hashable, Sendable {
    /// The run's identifier, and the call's name within it.
    package var run: String
    package var call: String
    /// The intent's name, and `sha256:…` of its canonical form.
    package var task: String
    package var intentDigest: String
    package var tool: String
    /// Of the registration: manifest, executable, files and profile.
    package var toolDigest: String
    /// Of the program itself; of a tool server's call, of the server's.
    package var executableDigest: String
    /// Of the resolved sandbox profile.
    package var profileDigest: String
    /// An object, with the defaults that the schema gives filled in.
    package var arguments: JSONObject
    /// The variables that the call is started with, by name; values are as the program will see them.
    package var environment: [String: String]
    /// What the call may touch, as the ledger holds it.
    package var grants: JSON
    /// The credentials by name and scope; never a secret. An empty array for none.
    package var credentials: JSON
    /// Time, output and whatever else bounds the call.
    package var limits: JSON
    /// After this the call is not started.
    package var expires: Moment
    package var nonce: Nonce

    package init(
        run: String, call: String, task: String, intentDigest: String, tool: String, toolDigest: String,
        executableDigest: String, profileDigest: String, arguments: JSONObject, environment: [String: String],
        grants: JSON, credentials: JSON, limits: JSON, expires: Moment, nonce: Nonce
    ) {
        self.run = run
        self.call = call
        self.task = task
        self.intentDigest = intentDigest
        self.tool = tool
        self.toolDigest = toolDigest
        self.executableDigest = executableDigest
        self.profileDigest = profileDigest
        self.arguments = arguments
        self.environment = environment
        self.grants = grants
        self.credentials = credentials
        self.limits = limits
        self.expires = expires
        self.nonce = nonce
    }

    /// What distinguishes the digest of a call from that of a pattern or a statement.
    static let kind = "agentbox.dev/call/v1"

    package var json: JSON {
        [
            "kind": .string(Self.kind), "run": .string(run), "call": .string(call), "task": .string(task),
            "intentDigest": .string(intentDigest), "tool": .string(tool), "toolDigest": .string(toolDigest),
            "executableDigest": .string(executableDigest), "profileDigest": .string(profileDigest),
            "arguments": .object(arguments),
            "environment": .object(
                JSONObject(uniqueMembers: environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "grants": grants, "credentials": credentials, "limits": limits, "expires": .string(expires.description),
            "nonce": .string(nonce.description),
        ]
    }

    /// - Throws: `JSONError` for a number that has no exact canonical form: such a call cannot be named, so it cannot
    ///   be approved.
    package func digest() throws(JSONError) -> SubjectDigest { try .of(json) }
}
