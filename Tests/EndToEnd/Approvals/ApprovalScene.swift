import Glibc
import StrictJSON
import TestSupport

/// A scene whose `fs.write` asks people, with keys for them.
struct ApprovalScene {
    let scene: Scene

    /// - Parameters:
    ///   - by: The rule's `by`.
    ///   - rules: Further rules.
    init(_ person: Person = .possible[0], by: String = "{expires: 2m}", rules: String = "- allow: fs.read") throws {
        scene = try Scene(
            person, rules: rules + "\n- approve: fs.write\n  by: \(by)",
            files: ["README.md": "hello\n", "docs/old.txt": "old\n"])
        // Makes the home.
        _ = scene.agentbox(["approve", "list"])
    }

    /// Starts an agent: a shell script in which `write NAME TEXT` makes a call and prints its exit status.
    func start(_ script: String) throws -> BackgroundAgentbox {
        let call = "agentbox call fs.write path=docs/$1 content=\"$2\" >/dev/null 2>&1"
        let prelude = "write() { \(call); echo \"$1 $?\"; }\n"
        return try BackgroundAgentbox(scene, ["run", scene.intent, "--", "/bin/sh", "-c", prelude + script])
    }

    func pending(_ count: Int = 1) throws -> [JSON] { try scene.pending(count) }

    /// The identifiers of those, in the order in which they were made.
    func requests(_ count: Int = 1) throws -> [String] {
        try pending(count).compactMap { $0["request"]?.stringValue }
    }

    func allow(_ words: String...) -> Command.Result { scene.agentbox(["approve", "allow"] + words) }
    func deny(_ words: String...) -> Command.Result { scene.agentbox(["approve", "deny"] + words) }

    /// The state of a request.
    func state(_ request: String) throws -> String? {
        let result = scene.agentbox(["approve", "show", request, "--json"])
        return try JSON(parsing: result.output)["state"]?.stringValue
    }

    /// The decisions about `fs.write` in the last run.
    func decisions() throws -> [JSON] {
        let calls = try scene.runs().last?["calls"]?.arrayValue ?? []
        return calls.compactMap { $0["decided"] }.filter { $0["tool"] == "fs.write" }
    }

    /// What was asked and answered in the last run.
    func record() throws -> [JSON] { try scene.runs().last?["approvals"]?.arrayValue ?? [] }

    // MARK: Keys

    /// Makes a key, and returns the private one's path.
    func key(_ name: String, options: [String] = ["-t", "ed25519"]) throws -> String {
        let path = scene.folder("\(name)-key")
        let result = Command.run(
            ["/usr/bin/ssh-keygen", "-q", "-N", "", "-C", name, "-f", path] + options, environment: Self.provider)
        guard result.status == 0 else { throw TestSupportError("no key: \(result)") }
        scene.giveAway()
        return path
    }

    /// Debian's software security key, from `openssh-tests`.
    static let provider = [
        "PATH": "/usr/bin:/bin", "SSH_SK_PROVIDER": "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so",
    ]

    /// Writes the allowed signers file.
    func sign(_ keys: [(name: String, key: String)], directives: [String] = []) throws {
        let lines = try keys.map { name, key in
            guard let text = File.text(of: key + ".pub") else { throw TestSupportError("no key \(key)") }
            return "\(name) \(text.split(separator: " ").prefix(2).joined(separator: " "))"
        }
        try scene.folder.write(
            "home/allowed_signers", (directives + lines).joined(separator: "\n") + "\n", mode: 0o600)
        scene.giveAway()
    }

    /// Changes the state behind everybody's back.
    func sqlite(_ statement: String) {
        let result = Command.run(["/usr/bin/sqlite3", scene.home + "/state/state.sqlite", statement])
        precondition(result.status == 0, "\(result)")
        scene.giveAway()
    }
}

extension Scene {
    /// The requests that wait, as soon as there are so many.
    func pending(_ count: Int = 1) throws -> [JSON] {
        for _ in 0..<600 {
            let result = agentbox(["approve", "list", "--json"])
            let found = try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
            if found.count >= count { return found }
            usleep(50_000)
        }
        throw TestSupportError("fewer than \(count) requests wait: \(agentbox(["approve", "list", "--all"]))")
    }
}
