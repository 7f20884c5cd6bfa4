import Glibc

/// How a file is executed, by its first bytes, as the kernel reads them (`fs/binfmt_script.c`).
enum ExecutableFormat: Equatable {
    case program
    case script(ScriptHeader)

    /// What the kernel reads of a file to tell.
    static let headSize = 256

    /// Tells from the first `headSize` bytes of the file at `path`.
    init(head: [UInt8], _ path: String) throws(StoreError) {
        if head.starts(with: [0x7F] + Array("ELF".utf8)) {
            self = .program
        } else if head.starts(with: Array("#!".utf8)) {
            self = .script(try ScriptHeader(head: head, path))
        } else {
            throw StoreError(
                .notExecutable, "`\(path)` is neither a program (ELF) nor a script with a line `#!`",
                remedy: "start a script with `#!` and the absolute path of its interpreter: `#!/usr/bin/python3`")
        }
    }
}

/// The first line of a script: `#!/usr/bin/python3 -I`.
struct ScriptHeader: Equatable {
    /// Absolute. `/usr/bin/env NAME` stands for the first of `searched` that there is.
    let interpreter: String
    /// All that follows the interpreter on the line, as one word.
    let argument: String?

    /// Where a name after `/usr/bin/env` is looked for when the tool is registered. Never in PATH: which interpreter
    /// runs is pinned, and must not depend on who registers.
    static let searched = ["/usr/local/bin", "/usr/bin", "/bin"]

    init(head: [UInt8], _ path: String) throws(StoreError) {
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        guard
            let end = head.firstIndex(of: UInt8(ascii: "\n"))
                ?? (head.count < ExecutableFormat.headSize ? head.count : nil)
        else {
            throw Self.refusal(path, "its first line is longer than \(ExecutableFormat.headSize) bytes", "shorten it")
        }
        let line = head[2..<end].drop { blanks.contains($0) }
        guard line.last != UInt8(ascii: "\r") else {
            throw Self.refusal(path, "its lines end in CR LF", "convert them: `sed -i 's/\\r$//' '\(path)'`")
        }
        guard !line.contains(0), let text = String(validating: line, as: UTF8.self) else {
            throw Self.refusal(path, "its first line is not text", "write `#!` and the interpreter's path")
        }
        let name = text.prefix { $0 != " " && $0 != "\t" }
        guard name.hasPrefix("/") else {
            throw Self.refusal(
                path, "its interpreter `\(name)` is not an absolute path", "write one such as `#!/usr/bin/python3`")
        }
        var rest = text.dropFirst(name.count)
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        if name == "/usr/bin/env" || name == "/bin/env" {
            interpreter = try Self.find(String(rest), path)
            argument = nil
        } else {
            interpreter = String(name)
            argument = rest.isEmpty ? nil : String(rest)
        }
    }

    private static func find(_ name: String, _ path: String) throws(StoreError) -> String {
        let plain =
            !name.isEmpty && !name.hasPrefix("-")
            && !name.contains { $0 == " " || $0 == "\t" || $0 == "/" || $0 == "=" }
        guard plain else {
            throw refusal(
                path, "`env \(name)` is not followed by one plain name",
                "name the interpreter itself: `#!/usr/bin/python3 -I`")
        }
        for folder in searched where access(folder + "/" + name, X_OK) == 0 { return folder + "/" + name }
        throw refusal(
            path, "there is no `\(name)` in \(searched.joined(separator: ", "))", "install it, or name another")
    }

    private static func refusal(_ path: String, _ why: String, _ remedy: String) -> StoreError {
        StoreError(.interpreter, "script `\(path)`: \(why)", remedy: remedy)
    }
}
