import Credentials
import Glibc
import LinuxIO
import Manifests
import StrictJSON
import TestSupport
import Testing

@Suite("Secrets of this host are read when a call needs them, and nothing pretends to end them", .serialized)
struct LocalSourceTests {
    private let folder: TemporaryFolder
    private let sources: LocalSources

    init() throws {
        folder = try TemporaryFolder()
        sources = LocalSources(keys: folder("keys"))
    }

    private func source(_ options: String, timeout: String = "10s") throws -> any CredentialSource {
        let text = """
            apiVersion: agentbox.dev/v1
            kind: CredentialSource
            name: it
            timeout: \(timeout)
            \(options)
            """
        return try #require(sources.source(try SourceConfiguration.load(Array(text.utf8), file: "it.yaml")))
    }

    private func mint(_ source: any CredentialSource) async throws -> String {
        let minted = try await source.mint(.fixture())
        let secret = try #require(minted.fields["secret"])
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func expect(
        _ code: CredentialError.Code, _ words: String, _ source: any CredentialSource
    ) async {
        do {
            _ = try await source.mint(.fixture())
            Issue.record("expected \(code)")
        } catch {
            #expect(error.reason == code && error.message.contains(words), "\(error)")
        }
    }

    @Test func `a variable of the environment`() async throws {
        setenv("AGENTBOX_TEST_SECRET", "from the environment", 1)
        defer { unsetenv("AGENTBOX_TEST_SECRET") }
        let source = try source("type: environment\noptions: {variable: AGENTBOX_TEST_SECRET}")
        #expect(try await mint(source) == "from the environment")
        let plan = try source.plan(.fixture())
        #expect(plan.revocability == .none && plan.lifetime == nil && plan.fields == ["secret"])
        guard case .unknown = await source.probe(LeaseHandle(lease: "l", scope: .object([:])), with: nil) else {
            Issue.record("nobody can know")
            return
        }
        unsetenv("AGENTBOX_TEST_SECRET")
        await expect(.unconfigured, "no variable `AGENTBOX_TEST_SECRET`", source)
        #expect(throws: CredentialError(.unsupported, "")) { try source.plan(.fixture(scope: ["a": 1])) }
    }

    @Test func `a file, without the newline at its end`() async throws {
        let file = try folder.write("token", "from a file\n", mode: 0o600)
        let source = try source("type: file\noptions: {path: \(file)}")
        #expect(try await mint(source) == "from a file")
        chmod(file, 0o622)
        await expect(.unconfigured, "other users can write", source)
        chmod(file, 0o600)
        try folder.write("token", "", mode: 0o600)
        await expect(.unconfigured, "is empty", source)
        try folder.write("token", String(repeating: "x", count: (256 << 10) + 1), mode: 0o600)
        await expect(.unconfigured, "cannot read", source)
        unlink(file)
        await expect(.unconfigured, "cannot read", source)
        mkfifo(file, 0o600)
        await expect(.unconfigured, "not a regular file", source)
    }

    @Test func `a file that another user leads to, or could put another in the place of, is not read`() async throws {
        let file = try folder.write("mine/token", "from a file", mode: 0o600)
        func source(_ name: String) throws -> any CredentialSource {
            try self.source("type: file\noptions: {path: \(folder(name))}")
        }
        // The controls: links of our own, in folders of our own, and in one that is sticky.
        try folder.folder("sticky", mode: 0o700)
        chmod(folder("sticky"), 0o1777)
        symlink(file, folder("mine/link"))
        symlink("../mine/./link", folder("sticky/link"))
        symlink("mine", folder("folder"))
        for name in ["mine/link", "sticky/link", "folder/token"] {
            #expect(try await mint(source(name)) == "from a file", "\(name)")
        }
        symlink("loop", folder("loop"))
        await expect(.unconfigured, "cannot read", try source("loop"))

        try folder.folder("open", mode: 0o700)
        chmod(folder("open"), 0o777)
        symlink(file, folder("open/link"))
        await expect(.unconfigured, "other users can write to the folder `\(folder("open"))`", try source("open/link"))
        guard geteuid() == 0 else { return }
        symlink(file, folder("sticky/foreign"))
        lchown(folder("sticky/foreign"), 65534, 65534)
        await expect(
            .unconfigured, "`\(folder("sticky/foreign"))` is a link of user 65534", try source("sticky/foreign"))
        try folder.folder("theirs", mode: 0o755)
        symlink(file, folder("theirs/link"))
        chown(folder("theirs"), 65534, 65534)
        await expect(.unconfigured, "belongs to user 65534", try source("theirs/link"))
    }

    @Test func `an entry of the password store`() async throws {
        try #require(access("/usr/bin/pass", X_OK) == 0, "apt install pass gnupg")
        // gpg's agent has its socket there: a path of some length it refuses.
        let home = try folder.folder("g", mode: 0o700)
        setenv("GNUPGHOME", home, 1)
        setenv("PASSWORD_STORE_DIR", folder("store"), 1)
        defer {
            _ = Command.run(["/usr/bin/gpgconf", "--kill", "all"])
            for name in ["GNUPGHOME", "PASSWORD_STORE_DIR"] { unsetenv(name) }
        }
        let made = Command.run([
            "/bin/sh", "-ec",
            """
            export GNUPGHOME='\(home)' PASSWORD_STORE_DIR='\(folder("store"))' HOME='\(folder.path)'
            gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key test@example.com rsa2048 encr never
            pass init test@example.com
            printf 'from pass\\nurl: https://example.com\\n' | pass insert --multiline work/github
            """,
        ])
        try #require(made.status == 0, "\(made)")
        #expect(try await mint(source("type: pass\noptions: {entry: work/github}")) == "from pass")
        unsetenv("PASSWORD_STORE_DIR")
        #expect(
            try await mint(source("type: pass\noptions: {entry: work/github, store: \(folder("store"))}"))
                == "from pass")
        await expect(
            .refused, "is not in the password store",
            try source("type: pass\noptions: {entry: work/gitlab, store: \(folder("store"))}"))
    }

    @Test func `a program that waits for a passphrase that nobody sees is ended`() async throws {
        let home = try folder.folder("g", mode: 0o700)
        setenv("GNUPGHOME", home, 1)
        defer {
            _ = Command.run(["/usr/bin/gpgconf", "--kill", "all"])
            unsetenv("GNUPGHOME")
        }
        let pinentry = try folder.write("pinentry", "#!/bin/sh\nexec sleep 1000\n", mode: 0o755)
        let made = Command.run([
            "/bin/sh", "-ec",
            """
            export GNUPGHOME='\(home)' PASSWORD_STORE_DIR='\(folder("store"))' HOME='\(folder.path)'
            gpg --batch --quiet --pinentry-mode loopback --passphrase x --quick-generate-key test@example.com rsa2048 encr never
            pass init test@example.com
            printf 'secret\n' | pass insert --multiline work
            gpgconf --kill all
            echo 'pinentry-program \(pinentry)' >'\(home)/gpg-agent.conf'
            """,
        ])
        try #require(made.status == 0, "\(made)")
        let source = try source("type: pass\noptions: {entry: work, store: \(folder("store"))}", timeout: "500ms")
        let start = ContinuousClock.now
        await expect(.unreachable, "did not answer", source)
        #expect(start.duration(to: .now) < .seconds(5))
        let left = Command.run(["/bin/sh", "-c", "ps -eo args | grep -F '\(folder("store"))' | grep -v grep || true"])
        #expect(left.output.isEmpty, "\(left)")
    }

    @Test func `an item of the desktop's keyring`() async throws {
        try #require(access("/usr/bin/secret-tool", X_OK) == 0, "apt install libsecret-tools gnome-keyring dbus")
        let script = """
            export HOME='\(folder.path)' XDG_RUNTIME_DIR='\(try folder.folder("run", mode: 0o700))'
            exec dbus-run-session -- sh -c '
                printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
                printf "from the keyring" | secret-tool store --label=test service github user alice || exit 1
                echo "$DBUS_SESSION_BUS_ADDRESS"; read stop
                # It made itself a daemon: what has this folder of its own ends with the test.
                for process in /proc/[0-9]*; do
                    grep -q gnome-keyring $process/comm 2>/dev/null || continue
                    grep -qz "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" $process/environ 2>/dev/null && kill -9 ${process#/proc/}
                done
            ' 2>/dev/null
            """
        let session = try LineProcess("/bin/sh", ["-c", script])
        let address = try #require(try session.line())
        setenv("DBUS_SESSION_BUS_ADDRESS", address, 1)
        setenv("XDG_RUNTIME_DIR", folder("run"), 1)
        defer {
            unsetenv("DBUS_SESSION_BUS_ADDRESS")
            unsetenv("XDG_RUNTIME_DIR")
            try? session.say("stop")
            session.wait()
        }
        let found = try source("type: secret-service\noptions: {attributes: {user: alice, service: github}}")
        #expect(try await mint(found) == "from the keyring")
        await expect(
            .refused, "secret-tool",
            try source("type: secret-service\noptions: {attributes: {user: bob, service: github}}"))
    }

    @Test func `a reference of another source is read alike`() async throws {
        let file = try folder.write("token", "referred\n", mode: 0o600)
        let secret = try await SecretReader().read(.file(file))
        #expect(secret.withBytes { $0.elementsEqual("referred".utf8) })
    }
}

extension CredentialRequest {
    static func fixture(scope: JSON = .object([:]), lifetime: Duration = .seconds(60)) -> CredentialRequest {
        CredentialRequest(
            lease: "abcdefghijklmnopqrstuvwxyz", scope: scope, lifetime: lifetime,
            call: CallBinding(
                run: "2026-11-30-0d1f3a4b5c6d", call: "c7", task: "fix-issue-42", tool: "api.get",
                callDigest: "sha256:11", agent: "claude-code", principal: "alice@example.com",
                approvers: ["bob@example.com"], approval: "k3f9x2mq"))
    }
}
