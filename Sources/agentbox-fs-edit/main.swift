import StrictJSON
import ToolSupport

/// Larger files are not edited by hand.
let largestFile = 16 << 20

// fs.edit: replaces exact pieces of a file's text. All edits or none.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("path", "edits")
    let path = try WorkspacePath(arguments.text("path"))
    var edits: [Edit] = []
    for edit in try arguments.objects("edits") { edits.append(try Edit(edit, number: edits.count + 1)) }
    guard !edits.isEmpty else { throw ToolError(.nothingToDo, "there are no edits") }
    guard path.exists else {
        throw ToolError(.notFound, "`\(path.relative)` does not exist", remedy: "fs.write makes a file")
    }
    let file = try OpenFile(writing: path)
    let before = try file.contents(limit: largestFile)
    var content = before
    var results: [JSON] = []
    for edit in edits {
        let places = try edit.apply(to: &content, path: path.relative)
        results.append([
            "replacements": .integer(Int64(places.count)),
            "lines": .array(places.prefix(20).map { .integer(Int64($0)) }),
        ])
    }
    guard content != before else { throw ToolError(.nothingToDo, "the edits leave `\(path.relative)` as it is") }
    try file.replace(with: content)
    return ["path": .string(path.normal), "edits": .array(results), "size": .integer(Int64(content.count))]
}
