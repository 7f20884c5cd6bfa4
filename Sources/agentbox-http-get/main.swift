import StrictJSON
import ToolSupport

// http.get: one GET request.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("url", "accept")
    var request = Curl(url: try arguments.text("url"), agent: "agentbox-http-get")
    if let accept = try arguments.optionalText("accept") { request.headers = [("Accept", accept)] }
    return .object(try request.send().json)
}
