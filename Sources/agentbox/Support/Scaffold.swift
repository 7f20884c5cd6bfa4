import Glibc

/// Files that a `new` command writes. What exists is never overwritten.
enum Scaffold {
    /// A manifest's name made of a file's: `My Task.yaml` becomes `my-task`.
    static func name(from file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? "task"
        let stem = last.split(separator: ".").first.map(String.init) ?? last
        let characters = stem.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let name = String(characters).split(separator: "-").joined(separator: "-")
        guard let first = name.first, first.isLetter else { return "task" }
        return String(name.prefix(64))
    }

    static func write(_ text: String, to file: String, mode: mode_t = 0o644) throws(CommandError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "it exists" : String(cString: strerror(errno))
            throw CommandError("could not write `\(file)`: \(reason)", remedy: "choose another name")
        }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw CommandError("could not write `\(file)`: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }

    static func makeFolder(_ path: String) throws(CommandError) {
        guard mkdir(path, 0o755) == 0 else {
            let reason = errno == EEXIST ? "it exists" : String(cString: strerror(errno))
            throw CommandError("could not create the folder `\(path)`: \(reason)", remedy: "choose another name")
        }
    }
}
