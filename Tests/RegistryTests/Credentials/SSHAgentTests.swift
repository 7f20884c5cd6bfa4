import Credentials
import Glibc
import LinuxIO
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Registry

@Suite("An ssh-agent of one call signs in to one host, and does nothing else", .serialized)
struct SSHAgentTests {
    private let folder: TemporaryFolder
    private let server: SSHAgentServer
    private var socket: String { folder("agent.sock") }

    init() throws {
        folder = try TemporaryFolder()
        let made = Command.run(
            [
                "/bin/sh", "-ec",
                "for name in key other host1 host2; do ssh-keygen -q -t ed25519 -N '' -C '' -f $name; done",
            ], in: folder.path)
        try #require(made.status == 0, "\(made)")
        let key = Secret(try #require(File.text(of: folder("key"))))
        let host = try #require(File.text(of: folder("host1.pub"))).split(separator: " ").prefix(2).joined(
            separator: " "
        )
        .trimmed
        server = try SSHAgentServer(try SSHAgent(key: key, hostKeys: [host]), at: folder("agent.sock"))
    }

    private func shell(_ script: String) -> Command.Result {
        Command.run(
            ["/bin/bash", "-c", "export SSH_AUTH_SOCK='\(socket)' PATH=$PATH:/usr/sbin\n" + script], in: folder.path)
    }

    /// A server whose key is `host`, which lets the key in, and somebody who signs in to it.
    private func signIn(to host: String, _ options: String = "") -> Command.Result {
        shell(
            """
            cp key.pub authorized; chmod 600 authorized
            [ "$(id -u)" = 0 ] && mkdir -p /run/sshd
            port=$((20000 + RANDOM % 20000))
            cat >config <<END
            Port $port
            ListenAddress 127.0.0.1
            HostKey $PWD/\(host)
            AuthorizedKeysFile $PWD/authorized
            StrictModes no
            PidFile none
            UsePAM no
            END
            $(command -v sshd) -D -e -f config 2>sshd.err & sshd=$!
            for attempt in $(seq 100); do (: </dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.05; done
            echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 \(host).pub)" >known
            ssh -F none -p $port -o UserKnownHostsFile=known -o BatchMode=yes -o PreferredAuthentications=publickey \
                \(options) -o IdentityFile=none "$(id -un)@127.0.0.1" echo signed in
            status=$?
            kill $sshd; wait $sshd 2>/dev/null
            exit $status
            """)
    }

    @Test func `it shows the key, to sign in with`() async throws {
        let listed = shell("ssh-add -l")
        #expect(listed.status == 0 && listed.output.contains("agentbox, for one call and one host"), "\(listed)")
        await server.close()
    }

    @Test func `it signs in to its host and to no other`() async throws {
        let own = signIn(to: "host1")
        #expect(own.output == "signed in\n", "\(own) \(File.text(of: folder("sshd.err")) ?? "")")
        let other = signIn(to: "host2")
        #expect(other.status != 0 && !other.output.contains("signed in"), "\(other)")
        await server.close()
        #expect(signIn(to: "host1").status != 0, "the control: without it nobody gets in")
    }

    @Test func `it signs nothing but that`() async throws {
        // The control: with the key itself it works.
        let direct = shell("echo text | env -u SSH_AUTH_SOCK ssh-keygen -Y sign -q -f key -n file")
        #expect(direct.status == 0, "\(direct)")
        let signed = shell(
            "mkdir public && cp key.pub public/; echo text | ssh-keygen -Y sign -q -f public/key.pub -n file")
        #expect(signed.status != 0 && !signed.output.contains("BEGIN SSH SIGNATURE"), "\(signed)")
        #expect(shell("ssh-add other").status != 0, "it takes no other key")
        #expect(shell("ssh-add -D; ssh-add -l").output.contains("for one call"), "and loses none")
        await server.close()
    }

    @Test func `whatever is said to it, it answers no and goes on, or hangs up`() async throws {
        let key = Secret(try #require(File.text(of: folder("key"))))
        let agent = try SSHAgent(key: key, hostKeys: [])
        var connection = SSHAgent.Connection()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...120, using: &random)
            var message = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            if count > 0, Bool.random() { message[0] = [11, 13, 17, 27].randomElement(using: &random) ?? 27 }
            let answer = agent.answer(message, &connection)
            #expect(answer == [5] || message == [11], "\(message)")
        }
        let long = shell(
            """
            python3 - <<'END'
            import os, socket
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(os.environ["SSH_AUTH_SOCK"])
            peer.sendall(b"\\xff" * 4 + b"x" * 100)
            try: print("hung up" if peer.recv(10) == b"" else "answered")
            except ConnectionResetError: print("hung up")
            END
            """)
        #expect(long.output == "hung up\n", "\(long)")
        #expect(shell("ssh-add -l").status == 0, "the control: it serves the next")
        await server.close()
    }

    @Test func `what is no key for an agent is refused`() throws {
        for text in ["", "nonsense", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"] {
            #expect(throws: CredentialError(.unsupported, "")) { try SSHAgent(key: Secret(text), hostKeys: []) }
        }
        _ = shell("ssh-keygen -q -t ed25519 -N secret -f locked")
        let locked = Secret(try #require(File.text(of: folder("locked"))))
        #expect(throws: CredentialError(.unsupported, "")) { try SSHAgent(key: locked, hostKeys: []) }
        let key = Secret(try #require(File.text(of: folder("key"))))
        #expect(throws: CredentialError(.unsupported, "")) {
            try SSHAgent(key: key, hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"])
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
