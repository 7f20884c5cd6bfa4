import StrictJSON
import ToolSupport

/// Of the body. Escaped as JSON it stays below the call's output limit.
let keptOutput = 512 << 10

/// What curl is told, before the URL. Attack: `.curlrc` and proxies of the environment, `file:` and other schemes, a
/// redirect to a host that nobody decided on, a URL that is taken for an option or for a pattern of many.
let words = [
    "/usr/bin/curl", "--disable", "--silent", "--show-error", "--globoff", "--noproxy", "*", "--proto", "=http,https",
    "--max-redirs", "0", "--max-time", "50", "--connect-timeout", "20", "--user-agent", "agentbox-http-get",
    "--max-filesize", "67108864",
    "--write-out", "%{stderr}\n%{http_code}\n%{content_type}\n%{redirect_url}\n",
]

// http.get: one request with curl, whose connections go through the egress broker. A redirect is returned, not followed:
// where it leads is another call's business.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("url", "accept")
    let url = try arguments.text("url")
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw ToolError(.invalidArguments, "`url` starts with neither `http://` nor `https://`")
    }
    var command = words
    if let accept = try arguments.optionalText("accept") { command += ["--header", "Accept: \(accept)"] }
    let result = try Program(command + ["--", url], outputLimit: keptOutput).run()
    guard result.status == 0 else {
        let said = result.errorOutput.text.split(separator: "\n").first.map(String.init)
        throw ToolError(.programFailed, said ?? "curl was ended by signal \(result.signal ?? 0)")
    }
    // The last three lines: what a server wrote cannot hold a line's end there.
    let lines = result.errorOutput.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().suffix(3)
    guard lines.count == 3, let first = lines.first, let status = Int64(first) else {
        throw ToolError(.programFailed, "curl did not say how the request ended")
    }
    var report: JSONObject = [
        "status": .integer(status), "body": .string(result.output.text), "size": .integer(Int64(result.output.total)),
        "complete": .bool(!result.output.isCut),
    ]
    let (kind, place) = (lines[lines.startIndex + 1], lines[lines.startIndex + 2])
    if !kind.isEmpty { report["contentType"] = .string(String(kind)) }
    if !place.isEmpty { report["location"] = .string(String(place)) }
    return .object(report)
}
