import Diagnostics
import Glibc
import Manifests

/// The program that a server's command names, as a manifest writes it: by its absolute path. The person who imports it
/// may leave it to PATH; nobody afterwards.
enum ServerProgram {
    static func locate(_ command: [String]) throws -> [Template] {
        guard let word = command.first, !word.isEmpty else {
            throw RunError("no command", remedy: "write the server's command behind `--`")
        }
        let path = try absolute(word)
        // Links stay: a virtual environment is found by the name of its interpreter.
        return ([path] + command.dropFirst()).map { Template(source: escaped($0), segments: [.literal($0)]) }
    }

    private static func absolute(_ word: String) throws -> String {
        if word.contains("/") {
            let path = word.hasPrefix("/") ? word : try currentFolder() + "/" + word
            return normal(path)
        }
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for folder in folders.split(separator: ":") where folder.hasPrefix("/") {
            let path = normal(folder + "/" + word)
            if access(path, X_OK) == 0 { return path }
        }
        throw RunError(
            "there is no program \(VisibleText.quoted(word)) in PATH", remedy: "install it, or name it by its path")
    }

    private static func currentFolder() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else { throw RunError("the current folder has no path") }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    /// Without `.` and `..`, by the names alone.
    private static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// As a template writes it.
    static func escaped(_ word: String) -> String {
        word.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${")
    }
}
