import Glibc

/// A server that the tests start: it says `ready WORDS` when it serves, and ends with the tests.
package final class Component: Sendable {
    package let folder: String
    package let words: [String]
    private let process: LineProcess

    /// What `Tests/Components/install.sh` has installed: by this user, or by root for all.
    package static func installed() throws -> String {
        let own = getenv("AGENTBOX_COMPONENTS").map { String(cString: $0) }
        for store in [own, "/var/tmp/agentbox-components-\(geteuid())", "/var/tmp/agentbox-components-0"] {
            var status = stat()
            guard let store, stat(store + "/installed", &status) == 0 else { continue }
            if status.st_uid == 0 || status.st_uid == geteuid() { return store }
        }
        throw TestSupportError("OpenBao and moto are not installed; `make test-components` installs them")
    }

    /// - Parameter script: In `Tests/Components`, given a folder of its own and `arguments`, as an ordinary user.
    package init(_ script: String, _ arguments: [String] = [], interpreter: String = "/bin/bash") throws {
        var template = Array("/tmp/agentbox-component-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestSupportError("mkdtemp failed: errno \(errno)") }
        folder = template.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? "" }
        if geteuid() == 0 { chown(folder, 1000, 1000) }
        let path = InstalledAgentbox.checkout + "/Tests/Components/" + script
        let command = Person.ordinaryUser.prefix + [interpreter, path, folder] + arguments
        process = try LineProcess("/usr/bin/env", command)
        guard let line = try process.line(), line.hasPrefix("ready") else {
            throw TestSupportError("`\(script)` did not start; its folder is \(folder)")
        }
        words = line.split(separator: " ").dropFirst().map(String.init)
    }

    /// A file that it left in its folder.
    package func file(_ name: String) -> String { File.text(of: folder + "/" + name) ?? "" }
}
