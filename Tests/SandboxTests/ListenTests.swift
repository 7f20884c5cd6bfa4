import Glibc
import Hosts
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// A door of the host that a call knocks at when it listens, and that holds it there until the host is done.
private final class Knock: Sendable {
    private let folder: TemporaryFolder
    private let listener: SharedDescriptor
    let bind: ConfinedSpecification.Bind

    static let script = """
        import socket
        knock = socket.socket(socket.AF_UNIX); knock.connect('/knock')
        """

    init() throws {
        folder = try TemporaryFolder()
        let path = folder("knock")
        let door = Descriptor(owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)).shared()
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(door.raw, $0, size) == 0 && listen(door.raw, 8) == 0
            }
        }
        guard isBound, chmod(path, 0o777) == 0 else { throw SystemError.last("bind") }
        listener = door
        bind = .init(try Descriptor.open(path, pathOnly).shared(), at: "/knock")
    }

    /// When this returns the call has knocked; it goes on when what is returned is closed.
    func await() async throws -> SharedDescriptor {
        _ = try await Reactor.shared.waitReadable(listener, until: .now + .seconds(20))
        let raw = accept(listener.raw, nil, nil)
        guard raw >= 0 else { throw SystemError.last("accept") }
        return Descriptor(owning: raw).shared()
    }
}

@Suite("A call listens at the port of its grant, in a network of its own, and at no other")
struct ListenTests {
    private let fixture: LaunchFixture

    init() throws { fixture = try LaunchFixture(keepsTemplates: true) }

    private static let python = "/usr/bin/python3"

    private static func profile(_ network: SandboxProfile.NetworkMode = .granted) -> ResolvedProfile {
        LaunchFixture.profile {
            $0.network = network
            $0.rules = [
                .init("socket", 0, ["AF_UNIX", "AF_INET", "AF_INET6"], .allow),
                .init("socket", 0, ["AF_NETLINK"], .allow),
            ]
        }
    }

    private func run(
        _ script: String, ports: [UInt16], _ network: SandboxProfile.NetworkMode = .granted,
        _ edit: (inout CallSpecification) throws -> Void = { _ in }
    ) async throws -> CallReport {
        let prelude = """
            import errno, os, socket, sys
            def attempt(name, work):
                try:
                    work()
                    print(name, 'ok', flush=True)
                except OSError as error:
                    print(name, errno.errorcode.get(error.errno, 'timeout'), flush=True)
            def listener(family, address, kind=socket.SOCK_STREAM, protocol=0, shared=False):
                s = socket.socket(family, kind, protocol)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if shared: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                s.bind(address)
                if kind == socket.SOCK_STREAM: s.listen(8)
                return s
            V4, V6 = socket.AF_INET, socket.AF_INET6

            """
        return try await fixture.run(Self.python, ["-I", "-c", prelude + script], profile: Self.profile(network)) {
            $0.grants = try ports.map { ResolvedGrant(try LoopbackPort("127.0.0.1:\($0)")) }
            try edit(&$0)
        }
    }

    /// One that nobody of the host listens at.
    private static func freePort() throws -> UInt16 {
        let listener = try hostListener()
        return listener.port
    }

    private static func hostListener() throws -> (socket: SharedDescriptor, port: UInt16) {
        let socket = Descriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)).shared()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(socket.raw, $0, size) == 0 && listen(socket.raw, 8) == 0
                    && getsockname(socket.raw, $0, &size) == 0
            }
        }
        guard isBound else { throw SystemError.last("bind") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    private static func hostConnects(to port: UInt16) -> Bool {
        let socket = Descriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)).shared()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket.raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    @Test func `a server and its client in one call speak at the port that was granted, and at no other`() async throws
    {
        let port = try Self.freePort()
        let report = try await run(
            """
            port = \(port)
            def served(family, host, bound=None):
                with listener(family, (bound or host, port)) as s:
                    c = socket.create_connection((host, port)); a, _ = s.accept()
                    c.sendall(b'ping'); assert a.recv(4) == b'ping'
            attempt('v4', lambda: served(V4, '127.0.0.1'))
            attempt('v6', lambda: served(V6, '::1'))
            attempt('any', lambda: served(V4, '127.0.0.1', '0.0.0.0'))
            attempt('beside', lambda: listener(V4, ('127.0.0.1', port + 1)))
            attempt('beside-v6', lambda: listener(V6, ('::1', port + 1)))
            attempt('beside-any', lambda: listener(V4, ('0.0.0.0', port + 1)))
            attempt('beside-mapped', lambda: listener(V6, ('::ffff:127.0.0.1', port + 1)))
            attempt('picked', lambda: listener(V4, ('127.0.0.1', 0)))
            attempt('privileged', lambda: listener(V4, ('127.0.0.1', 80)))
            attempt('multipath', lambda: listener(V4, ('127.0.0.1', port + 1), protocol=262))
            attempt('udp', lambda: listener(V4, ('127.0.0.1', port + 1), socket.SOCK_DGRAM))
            """, ports: [port])
        #expect(
            report.text == """
                v4 ok
                v6 ok
                any ok
                beside EACCES
                beside-v6 EACCES
                beside-any EACCES
                beside-mapped EACCES
                picked EACCES
                privileged EACCES
                multipath EPERM
                udp ok

                """, "\(report.errors)")
        #expect(report.unreported == [.landlock])
    }

    @Test func `without a grant no port of TCP is listened at under granted, and any is under none`() async throws {
        let script = """
            attempt('bound', lambda: listener(V4, ('127.0.0.1', 8080)))
            attempt('picked', lambda: listener(V4, ('127.0.0.1', 0)))
            """
        #expect(try await run(script, ports: []).text == "bound EACCES\npicked EACCES\n")
        #expect(try await run(script, ports: [], .none).text == "bound ok\npicked ok\n")
        #expect(try await run(script, ports: [0]).text == "bound EACCES\npicked ok\n")
    }

    /// Landlock has no say in `listen`: a socket that was not bound gets a port by it. Whoever is in the call's network
    /// is of the call.
    @Test func `a socket that listens unbound is the call's own all the same`() async throws {
        let knock = try Knock()
        async let report = run(
            """
            s = socket.socket(V4); s.listen(8)
            print(s.getsockname()[1], flush=True)
            c = socket.create_connection(s.getsockname()); print('own ok', flush=True)
            \(Knock.script)
            knock.send(str(s.getsockname()[1]).encode()); knock.recv(1)
            """, ports: []
        ) { $0.sockets = [knock.bind] }
        let held = try await knock.await()
        _ = try await Reactor.shared.waitReadable(held, until: .now + .seconds(10))
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = try bytes.withUnsafeMutableBytes { try held.read(into: $0) } ?? 0
        let port = try #require(UInt16(String(decoding: bytes[..<count], as: UTF8.self)))
        #expect(!Self.hostConnects(to: port))
        shutdown(held.raw, Int32(SHUT_RDWR))
        #expect(try await report.text == "\(port)\nown ok\n")
    }

    @Test func `the host does not reach it, nor another call that shares the port, nor it the host`() async throws {
        let (server, hostPort) = try Self.hostListener()
        // Positive control: the host's own is reached from the host.
        #expect(Self.hostConnects(to: hostPort))
        let port = try Self.freePort()
        let knock = try Knock()
        async let first = run(
            """
            s = listener(V4, ('0.0.0.0', \(port)), shared=True)
            socket.create_connection(('127.0.0.1', \(port))); s.accept(); print('own client', flush=True)
            attempt('host', lambda: socket.create_connection(('127.0.0.1', \(hostPort)), 2))
            \(Knock.script)
            knock.recv(1)
            s.settimeout(0)
            attempt('accept', s.accept)
            """, ports: [port]
        ) { $0.sockets = [knock.bind] }
        let held = try await knock.await()
        #expect(!Self.hostConnects(to: port))
        let second = try await run(
            """
            attempt('connect', lambda: socket.create_connection(('127.0.0.1', \(port)), 2))
            s = listener(V4, ('0.0.0.0', \(port)), shared=True)
            for _ in range(64): socket.create_connection(('127.0.0.1', \(port))); s.accept()
            print('own clients', flush=True)
            """, ports: [port])
        #expect(second.text == "connect ECONNREFUSED\nown clients\n", "\(second.errors)")
        shutdown(held.raw, Int32(SHUT_RDWR))
        #expect(try await first.text == "own client\nhost ECONNREFUSED\naccept EAGAIN\n")
        _ = server
    }

    @Test func `nothing listens when the call has ended, whatever it left behind`() async throws {
        let port = try Self.freePort()
        let left = try await run(
            """
            s = listener(V4, ('127.0.0.1', \(port)), shared=True)
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    while True: s.accept()
                os._exit(0)
            socket.create_connection(('127.0.0.1', \(port))); print('served', flush=True)
            os._exit(0)
            """, ports: [port])
        #expect(left.text == "served\n", "\(left.errors)")
        for _ in 0..<3 {
            let next = try await run(
                """
                attempt('connect', lambda: socket.create_connection(('127.0.0.1', \(port)), 2))
                attempt('bind', lambda: listener(V4, ('127.0.0.1', \(port))))
                """, ports: [port])
            #expect(next.text == "connect ECONNREFUSED\nbind ok\n", "\(next.errors)")
        }
    }

    @Test func `where Landlock knows no ports a call with a grant is refused, and one without runs`() throws {
        let filters = try FilterCache(folder: nil)
        func plans(_ abi: UInt32, _ ports: [LoopbackPort]?) throws -> ConfinedPlans {
            let profile = Self.profile()
            let executable = try Descriptor.open("/bin/true", pathOnly).shared()
            var box = ConfinedSpecification(
                profile: profile, identity: .make(), executable: VerifiedExecutable(executable, name: "true"),
                arguments: [])
            box.refusesTCP = false
            box.listens = ports
            return try ConfinedPlans(
                box, host: try HostPathsCache(hidden: []).paths(reading: profile.read),
                executablePath: "/usr/bin/true", filter: try filters.entry(for: profile), landlockABI: abi, hidden: [])
        }
        let port = try LoopbackPort("127.0.0.1:8080")
        for abi: UInt32 in [0, 1, 3] {
            #expect(throws: SandboxError(.layerMissing, "")) { try plans(abi, [port]) }
            #expect(throws: Never.self) { try plans(abi, []) }
        }
        for abi: UInt32 in 4...7 { #expect(throws: Never.self) { try plans(abi, [port]) } }
    }
}
