import StrictJSON
import ToolSupport

// fs.search: lines that match, in the files beneath a folder.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("pattern", "path", "regex", "ignoreCase", "glob", "maxResults", "context")
    let path = try WorkspacePath(arguments.optionalText("path") ?? ".")
    let matcher = try LineMatcher(
        arguments.text("pattern"), isRegex: arguments.flag("regex"), ignoresCase: arguments.flag("ignoreCase"))
    let glob = try arguments.optionalText("glob").map { text throws(ToolError) in try Glob(text) }
    var search = Search(
        matcher: matcher, limit: try arguments.number("maxResults", in: 1...1000, default: 100),
        context: try arguments.number("context", in: 0...10, default: 0),
        prefix: path.normal == "." ? "" : path.normal + "/")
    var walk = try TreeWalk(path, skipsRepository: true)
    while !search.isFull, let entry = walk.next() {
        guard entry.kind == .file, glob?.matches(entry.path) ?? true else { continue }
        guard let file = walk.open(entry) else {
            search.unreadable += 1
            continue
        }
        try search.look(into: file, named: String(decoding: entry.path, as: UTF8.self))
    }
    return search.result(unreadableFolders: walk.unreadable)
}
