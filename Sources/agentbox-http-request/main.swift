import Diagnostics
import Glibc
import StrictJSON
import ToolSupport

// http.request: one request of any method. With words of a manifest's `command`: one operation of an HTTP interface, whose
// arguments go where the words say.
let words = Array(CommandLine.arguments.dropFirst())
Tool.runReporting { arguments throws(ToolError) in
    guard words.isEmpty else {
        let operation = try OperationWords(words)
        let request = try operation.request(arguments.members) { name in getenv(name).map { String(cString: $0) } }
        let answer = try request.send()
        if let reason = answer.refusal {
            var said = answer.body.text[...]
            while said.last?.isNewline == true { said.removeLast() }
            for head in ["agentbox: refused: ", "agentbox: cannot be reached: "] where said.hasPrefix(head) {
                said = said.dropFirst(head.count)
            }
            let words = VisibleText.line(String(said), limit: 400)
            if reason == "unreachable" {
                throw ToolError(.unreachable, "the server cannot be reached: \(words)", remedy: "try again later")
            }
            throw ToolError(
                .notPermitted, "agentbox has refused the request (\(VisibleText.line(reason, limit: 40))): \(words)")
        }
        return try operation.answer.report(answer)
    }
    try arguments.allow("url", "method", "headers", "body", "json")
    var request = Curl(url: try arguments.text("url"), agent: "agentbox-http-request")
    request.method = try arguments.optionalText("method") ?? "GET"
    for (name, value) in try arguments.optionalObject("headers")?.members ?? JSONObject() {
        guard let text = value.stringValue else {
            throw ToolError(.invalidArguments, "the header `\(name)` has to be a text")
        }
        request.headers.append((name, text))
    }
    if let text = try arguments.optionalText("body") { request.body = Array(text.utf8) }
    if let value = arguments.members["json"] {
        guard request.body == nil else { throw ToolError(.invalidArguments, "give `body` or `json`, not both") }
        request.body = value.encoded()
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            request.headers.append(("Content-Type", "application/json"))
        }
    }
    return Tool.Report(result: .object(try request.send().json))
}
