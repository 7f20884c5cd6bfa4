import Glibc

/// Who runs a command in a test.
package enum Person: String, CaseIterable, Sendable {
    case root
    case ordinaryUser

    /// Those that this process can be: both as root, else only itself.
    package static var possible: [Person] { geteuid() == 0 ? [.root, .ordinaryUser] : [.ordinaryUser] }

    /// The words that make a command run as that person.
    package var prefix: [String] {
        self == .ordinaryUser && geteuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--"] : []
    }
}

/// The debug build, installed where every user can read it: what a test of the command line runs.
package final class InstalledAgentbox: Sendable {
    /// Installed once for the whole test process.
    package static let shared = InstalledAgentbox()

    private let folder: TemporaryFolder
    package let path: String
    /// The installation's root.
    package var prefixFolder: String { folder("prefix") }
    /// The root of the checkout.
    package static let checkout: String = {
        let components = #filePath.split(separator: "/").dropLast(3)
        return "/" + components.joined(separator: "/")
    }()

    private init() {
        guard let folder = try? TemporaryFolder() else { preconditionFailure("no temporary folder") }
        self.folder = folder
        let build = Self.buildFolder
        let result = Command.run(
            ["/bin/bash", Self.checkout + "/Sources/packaging/install", "--build", build, "--prefix", folder("prefix")])
        precondition(result.status == 0, "install failed: \(result.output)\(result.errorOutput)")
        path = folder("prefix/bin/agentbox")
        // Traversable by all, whatever the umask is.
        _ = Command.run(["/bin/chmod", "-R", "a+rX", folder.path])
    }

    /// Where SwiftPM puts what `swift build` makes.
    package static var buildFolder: String { checkout + "/.build/debug" }

    /// Runs agentbox as a person with a home of its own.
    package func run(
        _ words: [String], as person: Person, home: String, input: String = "", environment: [String: String] = [:],
        in folder: String? = nil
    ) -> Command.Result {
        Command.run(
            person.prefix + [path] + words, input: input,
            environment: Self.environment(home).merging(environment) { _, new in new }, in: folder)
    }

    /// The same as words, for a process that runs beside the test.
    package func command(
        _ words: [String], as person: Person, home: String, environment: [String: String] = [:]
    ) -> [String] {
        let variables = Self.environment(home).merging(environment) { _, new in new }.map { "\($0.key)=\($0.value)" }
        return ["/usr/bin/env", "-i"] + variables + person.prefix + [path] + words
    }

    private static func environment(_ home: String) -> [String: String] {
        ["PATH": "/usr/bin:/bin", "AGENTBOX_HOME": home, "HOME": "/nonexistent", "LANG": "C.UTF-8"]
    }
}
