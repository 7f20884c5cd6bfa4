import Credentials
import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import CredentialSources
@testable import Registry

@Suite("Through its socket a call uses a role whose password it never has")
struct PostgresSocketTests {
    private let cluster: PostgresCluster
    private let fixture: SourceFixture
    private let source: RemoteSource
    private let folder: TemporaryFolder

    init() throws {
        cluster = try PostgresCluster.shared.get()
        fixture = try SourceFixture()
        source = try fixture.source(.postgres, cluster.options(), secrets: cluster.secrets)
        folder = try TemporaryFolder()
        chmod(folder.path, 0o755)
    }

    /// A role with a socket, for as long as `body` takes.
    private func with(
        connections: Int = 2, _ body: (_ user: String, _ minted: MintedCredential) async throws -> Void
    ) async throws {
        let request = SourceFixture.request([
            "grants": [["tables": ["orders"], "privileges": ["select", "insert"]]],
            "connections": .integer(Int64(connections)),
        ])
        let minted = try await source.mint(request)
        let session = try await source.serve(minted, on: try listener())
        do {
            try await body(try #require(minted.fields["username"]?.text), minted)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
        try await source.revoke(minted.handle, with: minted)
        await fixture.process.close()
    }

    private func listener() throws -> SharedDescriptor {
        let listener = Descriptor(
            owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(folder(".s.PGSQL.5432").utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let made = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener.raw, 16) == 0
            }
        }
        try #require(made)
        chmod(folder(".s.PGSQL.5432"), 0o666)
        return listener.shared()
    }

    /// psql as it finds the socket in a box: no password, nothing else of the server.
    private func psql(_ user: String, _ database: String = "orders", _ more: [String] = []) -> [String] {
        ["env", "-u", "PGPASSWORD", "psql", "-X", "-q", "-A", "-t", "-w", "-h", folder.path, "-U", user] + more
            + [database]
    }

    private func run(_ statements: String, _ words: [String]) -> Command.Result {
        Command.run(words, input: statements)
    }

    @Test("it is in as its own role, to its own database, and as nobody else")
    func own() async throws {
        try await with { user, minted in
            let password = try #require(minted.fields["password"]?.text)
            let read = run("SELECT count(*) FROM orders; SELECT current_user; SHOW server_version_num;", psql(user))
            #expect(read.output.hasPrefix("2\n\(user)\n15"), "\(read)")
            // The session is the server's, by TLS and with the password proven by SCRAM.
            let tls = run("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", psql(user))
            #expect(tls.output == "t\n", "\(tls)")
            #expect(run("SELECT 1 FROM customers", psql(user)).errorOutput.contains("permission denied"))
            for (words, reason) in [
                (psql("admin"), "this socket is for the role"), (psql(user, "postgres"), "for the database orders"),
                (psql(user, "dbname=orders replication=database"), "no replication"),
                (psql(user, "dbname=orders options='-c nothing=1'"), "unrecognized configuration parameter"),
            ] {
                let refused = run("SELECT 1", words)
                #expect(refused.status != 0 && refused.errorOutput.contains(reason), "\(refused)")
                #expect(!refused.errorOutput.contains(password))
            }
            let set = run(
                "SHOW application_name; SHOW work_mem",
                ["env", "PGAPPNAME=a b\\c", "PGOPTIONS=-c work_mem=8MB"] + psql(user))
            #expect(set.output == "a b\\c\n8MB\n", "\(set)")
        }
    }

    @Test("much goes both ways as it is")
    func large() async throws {
        try await with { user, _ in
            let rows = (0..<40_000).map { "\($0)\tthe item number \($0) of a long list of items\n" }.joined()
            try folder.write("rows", rows)
            chmod(folder("rows"), 0o644)
            let done = run(
                """
                BEGIN;
                \\copy orders FROM '\(folder("rows"))'
                SELECT count(*), md5(string_agg(item, '' ORDER BY id)) FROM orders WHERE item LIKE 'the item number%';
                \\copy (SELECT * FROM orders WHERE item LIKE 'the item number%' ORDER BY id) TO '\(folder("back"))'
                ROLLBACK;
                """, psql(user))
            #expect(done.output.hasPrefix("40000|"), "\(done)")
            #expect(File.text(of: folder("back")) == rows)
        }
    }

    @Test("what it does can be cancelled, by who has the key of the session, which is not the server's")
    func cancelled() async throws {
        try await with { user, _ in
            let result = raw(
                """
                def message():
                    head = b''
                    while len(head) < 5: head += s.recv(5 - len(head))
                    size, body = struct.unpack('!I', head[1:])[0] - 4, b''
                    while len(body) < size: body += s.recv(size - len(body))
                    return head[:1], body
                def query(text): s.sendall(b'Q' + struct.pack('!I', len(text) + 5) + text + b'\\0')
                def until(wanted):
                    while True:
                        kind, body = message()
                        if kind in wanted: return kind, body
                def cancel(process, key):
                    c = socket.socket(socket.AF_UNIX); c.connect('\(folder(".s.PGSQL.5432"))')
                    c.sendall(struct.pack('!IIII', 16, 80877102, process, key)); return c.recv(1)
                start(user='\(user)', database='orders')
                process, key = struct.unpack('!II', until(b'K')[1]); until(b'Z')
                query(b'SELECT pg_backend_pid()'); backend = int(until(b'D')[1][6:]); until(b'Z')
                query(b'SELECT pg_sleep(30)')
                print(backend != process, cancel(backend, key), cancel(process, key ^ 1))
                s.settimeout(0.5)
                try: print('too early', s.recv(1))
                except TimeoutError: print('still at it')
                s.settimeout(20)
                print(cancel(process, key)); print(b'57014' in until(b'ED')[1]); until(b'Z')
                query(b"SELECT 'after'"); print(until(b'D')[1][6:])
                """)
            #expect(result.output == "True b'' b''\nstill at it\nb''\nTrue\nb'after'\n", "\(result)")
        }
    }

    /// A client that says what no library says.
    private func raw(_ body: String) -> Command.Result {
        let program = """
            import socket, struct
            s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect('\(folder(".s.PGSQL.5432"))')
            def start(minor=0, **p):
                body = struct.pack('!HH', 3, minor) + b''.join(k.encode() + b'\\0' + v.encode() + b'\\0' for k, v in p.items()) + b'\\0'
                s.sendall(struct.pack('!I', len(body) + 4) + body)
            \(body)
            """
        return Command.run(["/usr/bin/python3", "-c", program])
    }

    @Test("the first bytes may be anything: it is let in at once, or refused, and the next is served")
    func hostile() async throws {
        try await with { user, minted in
            let password = try #require(minted.fields["password"]?.text)
            for body in [
                "s.sendall(b'GET / HTTP/1.1\\r\\n\\r\\n')", "s.sendall(b'\\0\\0\\0\\4')", "s.sendall(b'\\xff' * 100)",
                "s.sendall(struct.pack('!II', 8, 196607 << 8))", "start(user='a' * 9000)",
                "start(user='\(user)', user2='x')",
                "s.sendall(struct.pack('!IHH', 9, 3, 0) + b'x')",
                "start(**{'user': '\(user)', 'database': 'orders', 'a b': 'c'})",
            ] {
                let answer = raw(body + "\nprint(s.recv(65536))")
                #expect(answer.output.hasPrefix("b'E") || answer.output == "b''\n", "\(body): \(answer)")
                #expect(!answer.output.contains(password))
            }
            let greeted = raw("start(user='\(user)', database='orders'); print(s.recv(9))")
            #expect(greeted.output == #"b'R\x00\x00\x00\x08\x00\x00\x00\x00'"# + "\n", "\(greeted)")
            let later = raw("start(minor=2, user='\(user)', database='orders', **{'_pq_.x': '1'}); print(s.recv(1))")
            #expect(later.output == "b'v'\n", "\(later)")
            // Slow ones keep no place from others for ever, and hold up nobody.
            let held = raw(
                """
                many = []
                for i in range(40):
                    c = socket.socket(socket.AF_UNIX); c.connect('\(folder(".s.PGSQL.5432"))'); many.append(c)
                print(s.recv(1))
                """)
            #expect(held.output == "b''\n", "\(held)")
            #expect(run("SELECT 1", psql(user)).output == "1\n")
        }
    }

    @Test("more sessions than the scope says are refused; the end of the call ends them all")
    func ends() async throws {
        var open: LineProcess?
        try await with(connections: 1) { user, _ in
            let session = try LineProcess("/usr/bin/env", Array(psql(user).dropFirst()))
            try session.say("SELECT 'here';")
            #expect(try session.line() == "here")
            let second = run("SELECT 1", psql(user))
            #expect(second.status != 0 && second.errorOutput.contains("too many"), "\(second)")
            open = session
        }
        try open?.say("SELECT 'still here';")
        #expect(try open?.line() == nil)
    }

    @Test("the process that speaks with the call has no secret of the source's")
    func nothingMore() async throws {
        try await with { user, _ in
            _ = run("SELECT 1", psql(user))
            let served = Command.run(["pgrep", "-f", "agentbox-credentials.*postgres-socket"]).output
            let process = try #require(served.split(separator: "\n").last)
            let found = Command.run([
                "/usr/bin/python3", "-c",
                """
                import sys
                found = looked = 0
                with open("/proc/\(process)/maps") as maps, open("/proc/\(process)/mem", "rb") as memory:
                    for line in maps:
                        span, mode = line.split()[:2]
                        if "r" not in mode or "[v" in line: continue
                        start, end = (int(part, 16) for part in span.split("-"))
                        try:
                            memory.seek(start)
                            text = memory.read(min(end - start, 1 << 26))
                        except (OSError, ValueError, OverflowError): continue
                        looked += len(text)
                        found += b"\(PostgresCluster.password.dropFirst())" in text
                print(found, looked > 1 << 20)
                """,
            ])
            if geteuid() == 0 { #expect(found.output == "0 True\n", "\(found)") }
        }
    }
}

@Suite("The first packet of a PostgreSQL connection is read strictly")
struct StartupPacketTests {
    /// `|` stands for a NUL.
    private func packet(_ code: UInt32, _ rest: String = "") -> StartupPacket? {
        StartupPacket(
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: code >> $0) }
                + Array(rest.utf8).map { $0 == UInt8(ascii: "|") ? 0 : $0 })
    }

    @Test func `what there is`() {
        #expect(packet(80_877_103) == .encryption && packet(80_877_104) == .encryption)
        #expect(
            packet(196_608, "user|a|database|b||")
                == .start(
                    minor: 0,
                    [
                        .init(name: "user", value: "a"), .init(name: "database", value: "b"),
                    ]))
        #expect(packet(196_608, "|") == .start(minor: 0, []))
        #expect(packet(80_877_102, "abcdefgh") == .cancel(process: 0x6162_6364, key: 0x6566_6768))
    }

    @Test(arguments: ["", "user|a|", "user|a", "user||", "|a||", "user|a|user|b||", "user|a||x"])
    func `what there is not`(rest: String) { #expect(packet(196_608, rest) == nil) }

    @Test func `a setting cannot become another one`() throws {
        let settings = try SessionSettings(
            [
                .init(name: "user", value: "r"), .init(name: "database", value: "d"),
                .init(name: "search_path", value: #"a -c b=c\ d"#),
            ], role: "r", database: "d")
        #expect(settings.options == #"-c search_path=a\ -c\ b=c\\\ d"#)
        for name in ["a b", "a=b", "-c", "a\nb", "é"] {
            #expect(throws: SessionSettings.Refusal.self) {
                try SessionSettings(
                    [.init(name: "user", value: "d"), .init(name: name, value: "x")], role: "d", database: "d")
            }
        }
    }
}
