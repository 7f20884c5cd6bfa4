import Glibc
import TestSupport

/// A server that the tests start: it says `ready WORDS` when it serves, and ends with the tests.
final class Component: Sendable {
    let folder: String
    let words: [String]
    private let process: LineProcess

    /// - Parameter script: In `Components`, given a folder of its own, as an ordinary user.
    init(_ script: String, interpreter: [String] = ["/bin/bash"]) throws {
        var template = Array("/tmp/agentbox-component-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestSupportError("mkdtemp failed: errno \(errno)") }
        folder = template.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? "" }
        if geteuid() == 0 { chown(folder, 1000, 1000) }
        let path = InstalledAgentbox.checkout + "/Tests/CredentialSourcesTests/Components/" + script
        let command = Person.ordinaryUser.prefix + interpreter + [path, folder]
        process = try LineProcess("/usr/bin/env", command)
        guard let line = try process.line(), line.hasPrefix("ready") else {
            throw TestSupportError("`\(script)` did not start; its folder is \(folder)")
        }
        words = line.split(separator: " ").dropFirst().map(String.init)
    }
}
