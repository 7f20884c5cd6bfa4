import Credentials
import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Registry

@Suite("A role of PostgreSQL lives as long as its lease, and nothing of it is left")
struct PostgresTests {
    private let cluster: PostgresCluster
    private let fixture: SourceFixture
    private let source: RemoteSource
    private static let scope: JSON = ["grants": [["tables": ["orders"], "privileges": ["select"]]]]

    init() throws {
        cluster = try PostgresCluster.shared.get()
        fixture = try SourceFixture()
        source = try fixture.source(.postgres, cluster.options(), secrets: cluster.secrets)
    }

    @Test("made, used and ended: an open session is dead, the role is gone, and the password was nowhere")
    func whole() async throws {
        let request = SourceFixture.request(Self.scope)
        let plan = try source.plan(request)
        #expect(plan.revocability == .revokeWithSessions && plan.lifetime == .seconds(60))
        #expect(plan.summary.contains("select on `orders`"), "\(plan.summary)")
        let minted = try await source.mint(request)
        let user = try #require(minted.fields["username"]?.text)
        let password = try #require(minted.fields["password"]?.text)
        #expect(user == "agentbox_" + request.lease)
        #expect(minted.handle.details == ["role": .string(user)])

        let read = cluster.run("SELECT count(*) FROM orders", as: user, password)
        #expect(read.output == "2\n", "\(read)")
        for statement in [
            "SELECT * FROM customers", "DELETE FROM orders", "CREATE TABLE x (i int)", "CREATE ROLE x",
            "SELECT pg_read_file('/etc/passwd')", "COPY orders TO PROGRAM 'id'",
        ] {
            #expect(cluster.run(statement, as: user, password).status != 0, "\(statement)")
        }
        // The positive control of the probe.
        #expect(await source.probe(minted.handle, with: minted).isAccepted)

        let session = try LineProcess("/usr/bin/env", cluster.psql(user, password))
        try session.say("SELECT 'here';")
        #expect(try session.line() == "here")
        let second = cluster.run("SELECT 1", as: user, password)
        #expect(second.status != 0 && second.errorOutput.contains("too many connections"), "\(second)")

        try await source.revoke(minted.handle, with: minted)
        try session.say("SELECT 'still here';")
        #expect(try session.line() == nil)
        #expect(!cluster.hasRole(of: request.lease))
        #expect(cluster.run("SELECT 1", as: user, password).status != 0)
        let probe = await source.probe(minted.handle, with: minted)
        #expect(probe.isRefused, "\(probe)")
        #expect(await source.probe(LeaseHandle(lease: request.lease, scope: request.scope), with: nil).isRefused)
        // Again, as after a crash between.
        try await source.revoke(minted.handle, with: nil)
        #expect(!cluster.log.contains(password) && !cluster.log.contains(PostgresCluster.password))
        #expect(cluster.log.contains("CREATE ROLE \"\(user)\""))
        await fixture.process.close()
    }

    @Test("what the source's user may not grant is no grant: the role is not made")
    func beyondItself() async throws {
        let setup = cluster.run(
            """
            CREATE TABLE guarded (id int); CREATE ROLE modest LOGIN CREATEROLE PASSWORD 'modest-password';
            GRANT SELECT ON guarded TO modest WITH GRANT OPTION; GRANT INSERT ON guarded TO modest
            """)
        #expect(setup.status == 0, "\(setup)")
        defer { _ = cluster.run("DROP TABLE guarded; DROP ROLE modest") }
        var secrets = cluster.secrets
        secrets["password"] = "modest-password"
        let modest = try fixture.source(.postgres, cluster.options { $0["user"] = "modest" }, secrets: secrets)
        func request(_ privilege: JSON) -> CredentialRequest {
            SourceFixture.request(["grants": [["tables": ["guarded"], "privileges": [privilege]]]])
        }
        // PostgreSQL warns of the first, and says nothing else.
        for privilege in ["insert", "delete"] {
            let refused = request(.string(privilege))
            await #expect(throws: CredentialError.self, "\(privilege)") { try await modest.mint(refused) }
            #expect(!cluster.hasRole(of: refused.lease))
        }
        let granted = request("select")
        let minted = try await modest.mint(granted)
        #expect(cluster.hasRole(of: granted.lease))
        try await modest.revoke(minted.handle, with: minted)
        #expect(!cluster.hasRole(of: granted.lease))
        await fixture.process.close()
    }

    @Test("what was never made ends without an error")
    func neverMade() async throws {
        let handle = LeaseHandle(lease: SourceFixture.lease(), scope: Self.scope)
        try await source.revoke(handle, with: nil)
        #expect(await source.probe(handle, with: nil).isRefused)
        await fixture.process.close()
    }

    @Test("what it made, here and in another database, goes with it")
    func owned() async throws {
        let request = SourceFixture.request(["memberOf": ["readers"]])
        let minted = try await source.mint(request)
        let user = try #require(minted.fields["username"]?.text)
        let password = try #require(minted.fields["password"]?.text)
        for database in ["orders", "other"] {
            let made = cluster.run(
                "CREATE TABLE \(user)_kept (id int); CREATE FUNCTION \(user)_kept() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                as: user, password, in: database)
            #expect(made.status == 0, "\(made)")
        }
        try await source.revoke(minted.handle, with: minted)
        #expect(!cluster.hasRole(of: request.lease))
        for database in ["orders", "other"] {
            #expect(cluster.run("SELECT count(*) FROM \(user)_kept", in: database).status != 0)
        }
        await fixture.process.close()
    }

    @Test("killed before and after the role was made: another process ends what there is")
    func crashes() async throws {
        let lease = SourceFixture.lease()
        let request = SourceFixture.request(Self.scope, lease: lease)
        // Whoever holds this lock holds the mint up.
        let blocker = try LineProcess("/usr/bin/env", cluster.psql("admin", PostgresCluster.password))
        try blocker.say("SELECT pg_advisory_lock(hashtextextended('agentbox_\(lease)', 0)), 'held';")
        #expect(try blocker.line() == "|held")
        let minting = Task { try await source.mint(request) }
        while cluster.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").output == "0\n" {
            try await Task.sleep(for: .milliseconds(20))
        }
        await fixture.process.close()
        #expect(await minting.result.isFailure)
        let handle = LeaseHandle(lease: lease, scope: Self.scope)
        let revoking = Task { try await source.revoke(handle, with: nil) }
        try blocker.say("SELECT pg_advisory_unlock_all();")
        try await revoking.value
        #expect(!cluster.hasRole(of: lease))
        #expect(await source.probe(handle, with: nil).isRefused)

        _ = try await source.mint(request)
        #expect(cluster.hasRole(of: lease))
        await fixture.process.close()
        try await source.revoke(handle, with: nil)
        #expect(!cluster.hasRole(of: lease))
        await fixture.process.close()
    }

    @Test("a maker that is no superuser grants what it owns, and ends it")
    func ordinaryMaker() async throws {
        let source = try fixture.source(
            .postgres, cluster.options { $0["user"] = "maker" },
            secrets: ["password": "maker-password-of-the-tests", "trust": cluster.certificate])
        let request = SourceFixture.request(["grants": [["tables": ["made"], "privileges": ["select", "insert"]]]])
        let minted = try await source.mint(request)
        let user = try #require(minted.fields["username"]?.text)
        let password = try #require(minted.fields["password"]?.text)
        #expect(cluster.run("INSERT INTO made VALUES (1)", as: user, password).status == 0)
        let session = try LineProcess("/usr/bin/env", cluster.psql(user, password))
        try session.say("SELECT 'here';")
        #expect(try session.line() == "here")
        try await source.revoke(minted.handle, with: minted)
        try session.say("SELECT 'still here';")
        #expect(try session.line() == nil)
        #expect(!cluster.hasRole(of: request.lease))
        await fixture.process.close()
    }

    @Test(
        "a scope that the server refuses leaves nothing",
        arguments: [#"orders"; DROP TABLE customers; --"#, "nowhere", "pg_authid' OR 1=1"])
    func hostileNames(table: String) async throws {
        let request = SourceFixture.request(["grants": [["tables": [.string(table)], "privileges": ["select"]]]])
        let error = await #expect(throws: CredentialError.self) { try await source.mint(request) }
        #expect(error?.reason == .refused, "\(String(describing: error))")
        #expect(!cluster.hasRole(of: request.lease))
        #expect(cluster.run("SELECT count(*) FROM customers").output == "0\n")
        await fixture.process.close()
    }

    @Test("what is no scope is refused before anybody is asked")
    func noScope() throws {
        for scope in [
            ["grants": [["tables": ["orders"], "privileges": ["all"]]]], ["grant": []], ["connections": 100],
            ["memberOf": ["a\u{0}b"]], [], "x",
        ] as [JSON] {
            let error = #expect(throws: CredentialError.self) { try source.plan(SourceFixture.request(scope)) }
            #expect(error?.reason == .unsupported)
        }
    }

    @Test("a server that cannot prove who it is gets no password")
    func certificates() async throws {
        let other = try fixture.source(
            .postgres, cluster.options { $0["trust"] = nil }, secrets: ["password": PostgresCluster.password])
        let byAddress = try fixture.source(
            .postgres, cluster.options { $0["host"] = "127.0.0.1" }, secrets: cluster.secrets)
        for source in [other, byAddress] {
            let error = await #expect(throws: CredentialError.self) {
                try await source.mint(SourceFixture.request(Self.scope))
            }
            #expect(error?.reason == .unreachable, "\(String(describing: error))")
        }
        await fixture.process.close()
    }

    @Test("a wrong password is told as such, and is in no message")
    func wrongPassword() async throws {
        let source = try fixture.source(
            .postgres, cluster.options(), secrets: ["password": "not-the-password", "trust": cluster.certificate])
        let error = await #expect(throws: CredentialError.self) {
            try await source.mint(SourceFixture.request(Self.scope))
        }
        #expect(error?.reason == .refused && error?.message.contains("password authentication failed") == true)
        #expect(error?.description.contains("not-the-password") == false)
        await fixture.process.close()
    }
}

extension Result {
    var isFailure: Bool { if case .failure = self { true } else { false } }
}
