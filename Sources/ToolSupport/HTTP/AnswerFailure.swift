import Diagnostics
import Glibc
import StrictJSON

/// An answer that is not what was asked for, in words that an agent can act on.
struct AnswerFailure {
    /// What of the answer says why.
    static let headers = [
        "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-accepted-github-permissions",
    ]

    private let status: Int64
    private let said: String
    private let location: String?
    /// Seconds until it may work; nil if the rate is not what it was refused for.
    private var wait: Int64?
    private let permissions: String?

    /// Nil for an answer of success.
    init?(_ answer: Curl.Answer) {
        guard !(200..<300).contains(answer.status) else { return nil }
        status = answer.status
        location = answer.location
        said = VisibleText.line(Self.words(answer.body), limit: 600)
        permissions = answer.headers["x-accepted-github-permissions"]
        guard status == 403 || status == 429 || status == 503 else { return }
        if let seconds = answer.headers["retry-after"].flatMap({ Int64($0) }) {
            wait = max(0, seconds)
        } else if answer.headers["x-ratelimit-remaining"] == "0",
            let moment = answer.headers["x-ratelimit-reset"].flatMap({ Int64($0) })
        {
            wait = max(0, moment - Int64(time(nil)))
        } else if status == 429 {
            wait = 60
        }
    }

    var report: Tool.Report {
        var error: JSONObject = ["status": .integer(status), "message": .string(said)]
        error["retryAfter"] = wait.map(JSON.integer)
        error["location"] = location.map(JSON.string)
        error["permissions"] = permissions.map(JSON.string)
        let (reason, remedy) = words
        return Tool.Report(
            result: ["error": .object(error)],
            failure: ToolError(
                .serverRefused, "\(reason) (\(status)\(said.isEmpty ? "" : ": \(said)"))", remedy: remedy))
    }

    private var words: (String, String?) {
        if let wait { return ("the rate limit is used up", "try again in \(wait) seconds") }
        switch status {
        case 301, 302, 303, 307, 308:
            return (
                "it is somewhere else now",
                "ask for it by its new name" + (location.map { ": \(VisibleText.line($0))" } ?? "")
            )
        case 401: return ("the server does not accept the credential", nil)
        case 403:
            return (
                "the credential may not do that",
                permissions.map { "it takes the permission \(VisibleText.line($0, limit: 200))" }
            )
        case 404, 410: return ("it does not exist, or the credential may not see it", nil)
        case 409, 405, 412: return ("the server refuses that as things stand", "look at it again")
        case 400, 422: return ("the server does not understand the arguments", nil)
        case 500...: return ("the server failed", "try again")
        default: return ("the server refused it", nil)
        }
    }

    /// What the body says, as interfaces say it: `message` with `errors` (GitHub), RFC 9457, RFC 6749, or a line of text.
    private static func words(_ body: KeptOutput) -> String {
        guard let value = try? JSON(parsing: body.text), value.objectValue != nil else {
            return body.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        }
        let error = value["error"]
        let said = [
            value["message"], value["detail"], value["title"], value["error_description"], error?["message"], error,
        ].lazy.compactMap { $0?.stringValue }.first
        let details = (value["errors"]?.arrayValue ?? []).prefix(8).compactMap { detail -> String? in
            if let text = detail.stringValue ?? detail["message"]?.stringValue { return text }
            guard let field = detail["field"]?.stringValue else { return nil }
            return "\(field) is \(detail["code"]?.stringValue ?? "wrong")"
        }
        return ([said ?? ""] + details).filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
