import Diagnostics
import Glibc
import StrictJSON
import ToolSupport

// http.request: one request of any method. With words of a manifest's `command`: one operation of an HTTP interface, whose
// arguments go where the words say.
let words = Array(CommandLine.arguments.dropFirst())
Tool.run { arguments throws(ToolError) in
    guard words.isEmpty else {
        let request = try OperationWords(words).request(arguments.members) { name in
            getenv(name).map { String(cString: $0) }
        }
        let sent = try request.send()
        if let reason = sent.refusal {
            throw ToolError(
                .notPermitted,
                "agentbox has refused the request (\(VisibleText.line(reason, limit: 40))): "
                    + VisibleText.line(sent.body.text, limit: 400).replacing("agentbox: refused: ", with: ""))
        }
        var answer = sent.json
        // What is JSON is handed on as that.
        if let text = answer["body"]?.stringValue, answer["complete"] == true, let value = try? JSON(parsing: text) {
            answer["json"] = value
            answer["body"] = nil
        }
        return .object(answer)
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
    return .object(try request.send().json)
}
