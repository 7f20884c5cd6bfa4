import Glibc

/// The entries of a folder of manifests.
enum ManifestFolder {
    /// Names in byte order, without hidden ones.
    static func names(_ path: String) throws(ManifestErrors) -> [String] {
        guard let directory = opendir(path) else {
            throw .unreadable(path, String(cString: strerror(errno)).lowercased())
        }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            // readdir tells its end from an error by errno alone.
            errno = 0
            guard let entry = readdir(directory) else {
                guard errno == 0 else { throw .unreadable(path, String(cString: strerror(errno)).lowercased()) }
                return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.utf8.first != UInt8(ascii: ".") { names.append(name) }
        }
    }

    /// The path of that name in a folder, if there is something there, whatever it is.
    static func file(_ name: String, in folder: String) -> String? {
        let path = folder + "/" + name
        return exists(path) ? path : nil
    }

    /// True if there is something of that name, whatever it is.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }
}

/// Problems of many files.
struct ManyProblems {
    private var problems: [ManifestProblem] = []
    private var omitted = 0

    /// Runs the body and keeps what is wrong; nil if something is.
    mutating func collect<Value>(_ body: () throws(ManifestErrors) -> Value) -> Value? {
        do throws(ManifestErrors) {
            return try body()
        } catch {
            problems += error.problems
            omitted += error.omitted
            return nil
        }
    }

    /// Reports a name that two files give.
    mutating func duplicate(_ name: String, _ kind: String, in file: String, first: String) {
        problems.append(
            ManifestProblem(
                file: file, line: 1, column: 1, key: "name", message: "the \(kind) `\(name)` is in \(first) too",
                suggestion: "rename one of them", code: .duplicateName))
    }

    /// Throws if anything was kept.
    func check() throws(ManifestErrors) {
        if !problems.isEmpty { throw ManifestErrors(problems, omitted: omitted) }
    }
}
