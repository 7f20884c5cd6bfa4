import Credentials
import LinuxIO
import Manifests
import StrictJSON

/// What a session may do: the policy that it is made with, beyond which nothing is allowed whatever the role may do.
enum SessionPolicy {
    /// AWS's own limit, in characters.
    static let longest = 2048

    /// - Parameter end: From then on it allows nothing. AWS has no session of less than 15 minutes, and this makes one.
    static func text(_ scope: STSScope, until end: Timestamp) throws(CredentialError) -> String {
        let moment = String(end.description.prefix(19)) + "Z"
        let statements = scope.statements.map { statement -> JSON in
            var conditions = statement.conditions?.objectValue ?? JSONObject()
            var times = conditions["DateLessThan"]?.objectValue ?? JSONObject()
            times["aws:CurrentTime"] = .string(moment)
            conditions["DateLessThan"] = .object(times)
            return [
                "Effect": "Allow", "Action": .array(statement.actions.map(JSON.string)),
                "Resource": .array(statement.resources.map(JSON.string)), "Condition": .object(conditions),
            ]
        }
        let policy: JSON = ["Version": "2012-10-17", "Statement": .array(statements)]
        let text = policy.encodedString()
        guard text.count <= longest else {
            throw CredentialError(
                .unsupported, "the session's policy takes \(text.count) characters, of \(longest)",
                remedy: "name fewer actions and resources in `scope`")
        }
        return text
    }
}
