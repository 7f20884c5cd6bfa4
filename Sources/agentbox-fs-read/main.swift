import StrictJSON
import ToolSupport

// fs.read: the text of one file, or some of its lines.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("path", "offset", "limit")
    let path = try WorkspacePath(arguments.text("path"))
    let offset = try arguments.number("offset", in: 1...1_000_000_000, default: 1)
    let limit = try arguments.number("limit", in: 1...100_000, default: 2000)
    var window = LineWindow(first: offset, count: limit)
    let file = try OpenFile(reading: path)
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while !window.isFull {
        let count = try file.read(into: &piece)
        if count == 0 { break }
        window.feed(piece[..<count])
    }
    return try window.result(path: path.normal, size: file.size)
}
