import Glibc
import LinuxIO
import Sandbox
import Store

/// The program that an agent's command names, found as it will be inside.
enum AgentProgram {
    private static let searchPath = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"]

    /// The executable, held open, and the words behind it.
    ///
    /// - Parameter executable: What the box shows for execution.
    static func find(
        _ command: [String], beneath executable: [String]
    ) throws -> (VerifiedExecutable, [String]) {
        let name = command.first ?? ""
        let path = try locate(name)
        try requireVisible(path, named: name, beneath: executable)
        let file = try Descriptor.open(path, O_RDONLY)
        guard try file.status().kind == .file, access(path, X_OK) == 0 else {
            throw AgentBoxError(
                "`\(name)` is not an executable file", code: AgentBoxError.programNotFound, remedy: "chmod +x '\(path)'"
            )
        }
        let arguments = Array(command.dropFirst())
        // The kernel reads a script's first line by name; the box may not even have that name.
        guard let script = try Shebang(of: file) else {
            return (VerifiedExecutable(file.shared(), name: name), arguments)
        }
        let (interpreter, words) = try find([script.interpreter] + script.arguments + [path], beneath: executable)
        return (interpreter, words + arguments)
    }

    /// Its real path.
    static func locate(_ name: String) throws -> String {
        let candidates = name.contains("/") ? [name] : searchPath.map { $0 + "/" + name }
        for candidate in candidates {
            guard let resolved = realpath(candidate, nil) else { continue }
            defer { free(resolved) }
            return String(cString: resolved)
        }
        throw AgentBoxError(
            "there is no program `\(name)`", code: AgentBoxError.programNotFound,
            remedy: "name it by its path, or install it; the agent's PATH is \(searchPath.joined(separator: ":"))")
    }

    private static func requireVisible(_ path: String, named name: String, beneath executable: [String]) throws {
        let isVisible = executable.contains { path == $0 || path.hasPrefix($0 + "/") }
        guard !isVisible else { return }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
        throw AgentBoxError(
            "`\(name)` lies in `\(folder)`, which the agent's box does not show", code: AgentBoxError.programNotFound,
            remedy: "show it with --read '\(folder)'")
    }
}
