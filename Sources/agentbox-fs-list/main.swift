import StrictJSON
import ToolSupport

// fs.list: what lies in a folder, and beneath it as deep as asked for.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("path", "depth", "limit", "repository")
    let path = try WorkspacePath(arguments.optionalText("path") ?? ".")
    let depth = try arguments.number("depth", in: 1...TreeWalk.deepest, default: 1)
    let limit = try arguments.number("limit", in: 1...5000, default: 1000)
    var walk = try TreeWalk(path, skipsRepository: !arguments.flag("repository"))
    let prefix = path.normal == "." ? "" : path.normal + "/"
    var entries: [JSON] = []
    var isCut = false
    while let entry = walk.next(depth: depth) {
        guard entries.count < limit else {
            isCut = true
            break
        }
        let exact = String(validating: entry.path, as: UTF8.self)
        var shown: JSONObject = [
            "path": .string(prefix + (exact ?? Text.lossy(entry.path[...]).text)), "kind": .string(entry.kind.rawValue),
        ]
        if entry.kind == .file { shown["size"] = .integer(Int64(entry.size)) }
        // No JSON text can name it, so no call can.
        if exact == nil { shown["unnameable"] = true }
        entries.append(.object(shown))
    }
    var result: JSONObject = ["path": .string(path.normal), "entries": .array(entries), "complete": .bool(!isCut)]
    if walk.unreadable > 0 { result["unreadableFolders"] = .integer(Int64(walk.unreadable)) }
    return .object(result)
}
