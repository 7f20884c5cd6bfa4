import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Being the local user counts only from outside of every box")
struct ApprovalPeerTests {
    /// What an agent tries from inside, with the host's names told to it. The commands come last: they make a home of
    /// that name in the box's own `/tmp`.
    static let tricks: [(String, String)] = [
        (
            "the run's socket",
            "python3 -c \"import socket,glob; s=socket.socket(socket.AF_UNIX); "
                + "s.connect(glob.glob('$HOST_HOME/runs/*/approve.sock')[0])\""
        ),
        (
            "the socket beside the registry's",
            "python3 -c \"import socket; s=socket.socket(socket.AF_UNIX); s.connect('/run/agentbox/approve.sock')\""
        ),
        ("the host's root", "ls /proc/1/root$HOST_HOME/runs"),
        ("the state itself", "cat $HOST_HOME/state/state.sqlite"),
        ("the allowed signers", "echo x >> $HOST_HOME/allowed_signers"),
        ("the command", "agentbox approve allow $REQUEST"),
        ("the command with the host's home", "AGENTBOX_HOME=$HOST_HOME agentbox approve allow $REQUEST"),
        ("a deny, which is an answer too", "AGENTBOX_HOME=$HOST_HOME agentbox approve deny $REQUEST"),
        (
            "the registry as a desk",
            "agentbox call approve.allow request=$REQUEST || agentbox call agentbox.approve request=$REQUEST"
        ),
    ]

    @Test("an agent in its box finds no way to answer", arguments: Person.possible)
    func inside(person: Person) throws {
        let approvals = try ApprovalScene(person)
        let tricks = Self.tricks.map { "(\($0.1)) >/dev/null 2>&1 && echo 'GOT THROUGH: \($0.0)'" }
        let agent = try approvals.start(
            """
            write a.txt hi &
            export HOST_HOME=\(approvals.scene.home)
            until [ -n "$REQUEST" ]; do REQUEST=$(agentbox call fs.read path=request 2>/dev/null | grep -o '[a-z2-9]\\{8\\}@' | tr -d @); done
            \(tricks.joined(separator: "\n"))
            echo tried
            wait
            """)
        let id = try approvals.requests()[0]
        try approvals.scene.folder.write("workspace/request", id + "@\n")
        #expect(try agent.line() == "tried")
        #expect(try approvals.state(id) == "pending")
        #expect(approvals.scene.file("docs/a.txt") == nil)
        // The control: the same command outside.
        #expect(approvals.allow(id).output == "allowed\n")
        #expect(try agent.line() == "a.txt 0")
    }

    /// Makes a process of other namespaces than the host's that still sees its files, which no box of ours does.
    static let boxes: [(String, [String])] = [
        ("a user namespace", ["/usr/bin/unshare", "--user", "--map-current-user"]),
        ("a pid namespace", ["/usr/bin/unshare", "--user", "--map-current-user", "--pid", "--fork", "--kill-child"]),
        ("a mount namespace", ["/usr/bin/unshare", "--user", "--map-current-user", "--mount"]),
    ]

    @Test("a process of other namespaces that reaches the socket is refused", arguments: boxes.indices, Person.possible)
    func otherNamespaces(index: Int, person: Person) throws {
        let (what, words) = Self.boxes[index]
        let approvals = try ApprovalScene(person)
        let agent = try approvals.start("write a.txt hi")
        let id = try approvals.requests()[0]
        let inner = InstalledAgentbox.shared.command(
            ["approve", "allow", id], as: person, home: approvals.scene.home)
        // The person first, then the namespaces.
        let command = Array(inner.prefix { $0 != InstalledAgentbox.shared.path }) + words + inner.suffix(4)
        let refused = Command.run(command, in: approvals.scene.folder.path)
        #expect(refused.status == 1 && refused.errorOutput.contains("inside a box"), "\(what): \(refused)")
        #expect(approvals.scene.file("docs/a.txt") == nil)
        #expect(try approvals.record().last?["verdict"] == "refused")
        #expect(approvals.allow(id).output == "allowed\n")
        #expect(try agent.line() == "a.txt 0")
    }

    /// Connects, and leaves the answer to a child: in namespaces of its own, or, as the control of the script, itself.
    private static let handing = """
        import ctypes, json, os, socket, sys
        path, request, how, shown = sys.argv[1:]
        s = socket.socket(socket.AF_UNIX); s.connect(path)
        def answer():
            challenge = json.loads(s.recv(4096).decode())["challenge"]
            s.sendall((json.dumps({"challenge": challenge, "answer":
                {"request": request, "verdict": "allow", "scope": "once", "proof": "local-user", "shown": shown}}) + "\\n").encode())
            print(s.recv(4096).decode(), end="", flush=True)
        if how == "itself": answer()
        else:
            child = os.fork()
            if child == 0:
                if how == "boxed": assert ctypes.CDLL(None).unshare(0x10000000) == 0
                answer(); os._exit(0)
            if how == "orphan": os._exit(0)
            os.waitpid(child, 0)
        """

    @Test("an answer comes from the process that connected, and from no other")
    func handedOver() throws {
        let approvals = try ApprovalScene()
        let scene = approvals.scene
        let agent = try approvals.start("write a.txt hi")
        let request = try approvals.pending()[0]
        let id = try #require(request["request"]?.stringValue)
        let run = try #require(request["run"]?.stringValue)
        let shown = try #require(request["shownDigest"]?.stringValue)
        func hand(_ how: String, shown: String) -> Command.Result {
            Command.run(
                scene.person.prefix + [
                    "/usr/bin/python3", "-c", Self.handing, "\(scene.home)/runs/\(run)/approve.sock", id, how, shown,
                ])
        }
        for how in ["boxed", "forked"] {
            let refused = hand(how, shown: shown)
            #expect(refused.output.contains("peer-refused"), "\(how): \(refused)")
        }
        #expect(scene.file("docs/a.txt") == nil)
        let other = hand("itself", shown: "sha256:" + String(repeating: "0", count: 64))
        #expect(other.output.contains("wrong-text"), "\(other)")
        #expect(hand("itself", shown: shown).output.contains("granted"))
        #expect(try agent.line() == "a.txt 0")
    }

    @Test("another user of the host is nobody")
    func otherUser() throws {
        guard geteuid() == 0 else { return }
        let approvals = try ApprovalScene(.ordinaryUser)
        let agent = try approvals.start("write a.txt hi")
        let id = try approvals.requests()[0]
        // Root can open anything, and is another user all the same.
        let root = InstalledAgentbox.shared.run(
            ["approve", "allow", id], as: .root, home: approvals.scene.home, in: approvals.scene.folder.path)
        #expect(root.status != 0 && approvals.scene.file("docs/a.txt") == nil, "\(root)")
        let request = try approvals.pending()[0]
        let run = request["run"]?.stringValue ?? ""
        let shown = request["shownDigest"]?.stringValue ?? ""
        let direct = Command.run(
            [
                "/usr/bin/python3", "-c", Self.handing, "\(approvals.scene.home)/runs/\(run)/approve.sock", id,
                "itself", "x",
            ])
        #expect(direct.output.contains("peer-refused"), "\(direct)")
        #expect(approvals.allow(id).output == "allowed\n")
        #expect(try agent.line() == "a.txt 0")
    }
}
