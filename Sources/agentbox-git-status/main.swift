import StrictJSON
import ToolSupport

// git.status: the branch, and what is changed, staged, untracked or in conflict.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("limit")
    let limit = try arguments.number("limit", in: 1...5000, default: 1000)
    let output = try Git().output(of: [
        "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignore-submodules=dirty", "--renames",
    ])
    var status = Status(limit: limit)
    var fields = GitFields(output)
    while let field = fields.next() { try status.read(field, &fields) }
    return status.result
}
