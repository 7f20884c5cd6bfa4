import Glibc

/// A manifest's text as a located tree. A name that ends in `.json` means JSON, any other YAML; a text that is JSON
/// is read as JSON whatever its name.
package enum ManifestFile {
    /// Reads and parses a file.
    package static func read(_ path: String) throws(ManifestErrors) -> Located {
        try parse(try bytes(of: path), file: path)
    }

    /// Parses bytes. `file` names them in errors.
    package static func parse(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> Located {
        var problems = ProblemList(file: file)
        let tree = parse(bytes, &problems)
        guard let tree, problems.isEmpty else { throw problems.errors ?? .unreadable(file, "out of memory") }
        return tree
    }

    /// A tree may come back with problems; it is then only good for finding more of them.
    static func parse(_ bytes: [UInt8], _ problems: inout ProblemList) -> Located? {
        guard SourceText.check(bytes, &problems) else { return nil }
        if problems.file.hasSuffix(".json") { return JSONReader.read(bytes, &problems) }
        // libyaml cannot read all of JSON: it knows no surrogate pairs, for one.
        if startsLikeJSON(bytes) {
            var refused = ProblemList(file: problems.file)
            if let tree = JSONReader.read(bytes, &refused) { return tree }
        }
        return YAMLReader.read(bytes, &problems)
    }

    /// The bytes of a regular file that is small enough for a manifest.
    ///
    /// - Parameter isOwners: Refused if anybody but the user of this process, or root, could have written it.
    package static func bytes(of path: String, isOwners: Bool = false) throws(ManifestErrors) -> [UInt8] {
        // O_NONBLOCK: a FIFO of that name must not hold us up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable(path, String(cString: strerror(errno)).lowercased()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path, String(cString: strerror(errno)).lowercased())
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path, "not a regular file") }
        if isOwners, let problem = problem(of: status) { throw .unreadable(path, problem) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        // One byte more than the limit, so that `SourceText` sees and reports what is too large.
        while bytes.count <= SourceText.maximumBytes {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .unreadable(path, String(cString: strerror(errno)).lowercased())
            }
            bytes.append(contentsOf: buffer.prefix(count))
        }
        return bytes
    }

    private static func problem(of status: stat) -> String? {
        if status.st_uid != geteuid(), status.st_uid != 0 {
            return "it belongs to user \(status.st_uid); take one of your own"
        }
        return status.st_mode & 0o022 == 0 ? nil : "other users can write to it; `chmod go-w` it"
    }

    private static func startsLikeJSON(_ bytes: [UInt8]) -> Bool {
        let visible = bytes.lazy.filter { !" \t\r\n".utf8.contains($0) }.prefix(2)
        return visible.elementsEqual("{\"".utf8)
    }
}

extension ManifestErrors {
    static func unreadable(_ file: String, _ reason: String) -> ManifestErrors {
        ManifestErrors([
            ManifestProblem(
                file: file, line: 1, column: 1, key: "", message: "cannot read the file: \(reason)", suggestion: nil,
                code: .unreadable)
        ])
    }
}
