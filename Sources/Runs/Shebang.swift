import Glibc
import LinuxIO

/// The first line of a script, as the kernel reads it (binfmt_script): an interpreter and at most one argument.
struct Shebang {
    let interpreter: String
    let arguments: [String]

    /// Nil if the file is no script.
    init?(of file: borrowing Descriptor) throws {
        let head = try file.read(count: 256, at: 0)
        guard head.starts(with: "#!".utf8) else { return nil }
        let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        guard line.count < 254, let text = String(validating: line, as: UTF8.self) else {
            throw AgentBoxError("the script's first line is too long, or not UTF-8", remedy: "name a short interpreter")
        }
        let words = text.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
        guard let first = words.first else {
            throw AgentBoxError("the script's first line names no interpreter", remedy: "write `#!/bin/sh`")
        }
        let rest = words.dropFirst().first.map { String($0).trimmingBlanks } ?? ""
        interpreter = String(first)
        arguments = rest.isEmpty ? [] : [rest]
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var rest = self[...]
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        return String(rest)
    }
}
