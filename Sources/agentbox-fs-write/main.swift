import StrictJSON
import ToolSupport

// fs.write: makes a file, or replaces the text of one.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("path", "content")
    let path = try WorkspacePath(arguments.text("path"))
    let content = Array(try arguments.text("content").utf8)
    let isNew = !path.exists
    guard path.hasFolder else {
        throw ToolError(
            .notFound, "`\(path.folder)` is no folder, so `\(path.normal)` cannot be made in it",
            remedy: "name a path in a folder that is there")
    }
    let file = try OpenFile(writing: path)
    let before = file.size
    try file.replace(with: content)
    var result: JSONObject = [
        "path": .string(path.normal), "created": .bool(isNew), "size": .integer(Int64(content.count)),
    ]
    if !isNew { result["sizeBefore"] = .integer(Int64(before)) }
    return .object(result)
}
