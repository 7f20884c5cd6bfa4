import CSandbox
import Egress
import Glibc
import Hosts
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import TestSupport

/// A connection through the egress broker, in its box, against one without it: to a server in this process, on loopback.
enum EgressBenchmark {
    private static let small = 1024
    private static let large = 1 << 30

    /// - Parameters:
    ///   - build: The folder that holds the executables.
    ///   - sandboxes: The folder of the profiles.
    static func report(build: String, sandboxes: String) async throws -> [BenchmarkRow] {
        let server = try LoopbackServer()
        let broker = try await Broker(build: build, sandboxes: sandboxes, to: server.port)
        defer { broker.process.kill() }
        let latency = try interleaved(rounds: 101, repetitions: 5) {
            try exchange(broker.port, bytes: small)
        } peer: {
            try exchange(server.port, bytes: small)
        }
        let throughput = try interleaved(rounds: 5, repetitions: 1) {
            try exchange(broker.port, bytes: large)
        } peer: {
            try exchange(server.port, bytes: large)
        }
        return [
            BenchmarkRow(
                name: "connect, send and receive 1 KB", ours: latency.ours, peer: "without the broker",
                peers: latency.peer, goal: 1.3),
            // 0.7 of the throughput.
            BenchmarkRow(
                name: "receive 1 GB", ours: throughput.ours, peer: "without the broker", peers: throughput.peer,
                goal: 1 / 0.7),
        ]
    }

    /// The broker as a run has it, with one destination.
    private struct Broker {
        let process: ConfinedProcess
        let port: UInt16
        private let socket: SharedDescriptor

        init(build: String, sandboxes: String, to server: UInt16) async throws {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            socket = pair.takeFirst().shared()
            let program = try Descriptor.open(build + "/agentbox-egress", Int32(CS_O_PATH.rawValue)).shared()
            let profiles = try ProfileCatalog.load(directories: [sandboxes])
            guard let name = ProfileName("egress") else { preconditionFailure("`egress` is a name") }
            var box = ConfinedSpecification(
                profile: try profiles.resolve(name), identity: .make(),
                executable: VerifiedExecutable(program, name: "agentbox-egress"), arguments: [])
            box.input = pair.takeSecond().shared()
            box.refusesTCP = false
            box.sharesHostNetwork = true
            let launcher = Launcher(
                LaunchPermit(), initPath: build + "/agentbox-init",
                filters: try FilterCache(folder: nil), hidden: [])
            process = try await launcher.start(box)
            let (listener, own) = try LoopbackServer.listen()
            port = own
            let limits = EgressLimits(connections: 64, bytes: 1 << 50, milliseconds: 600_000)
            let destination = EgressDestination(
                try Destination("127.0.0.1:\(server)"), opened: [try AddressRange("127.0.0.1")], limits: limits)
            let request = BrokerRequest.open(call: 1, [destination]).encoded()
            guard cs_send(socket.raw, request, request.count, [listener.raw], 1) == 0 else {
                throw SystemError.last("sendmsg")
            }
            var answer = [UInt8](repeating: 0, count: 4096)
            var none: Int32 = -1
            var found = 0
            let size = cs_receive(socket.raw, &answer, answer.count, &none, 0, &found, 0)
            guard size > 0, BrokerAnswer(Array(answer.prefix(size))) == .opened(call: 1) else {
                throw TestSupportError("the broker did not take its destination")
            }
        }
    }

    /// Connects, asks for as many bytes, and reads them to the end.
    private static func exchange(_ port: UInt16, bytes: Int) throws {
        let connection = try LoopbackServer.connect(port)
        var request = [UInt8](repeating: 0, count: small)
        withUnsafeBytes(of: UInt64(bytes)) { for (index, byte) in $0.enumerated() { request[index] = byte } }
        try connection.writeAll(request)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var received = 0
        while let count = try buffer.withUnsafeMutableBytes({ try connection.read(into: $0) }), count > 0 {
            received += count
        }
        guard received == bytes else { throw TestSupportError("\(received) bytes came of \(bytes)") }
    }
}

/// Answers a request of 1 KB, which begins with a number, with as many bytes.
private struct LoopbackServer {
    let port: UInt16

    init() throws {
        let (listener, own) = try Self.listen()
        port = own
        startThread(named: "server") {
            let block = [UInt8](repeating: 7, count: 1 << 20)
            while true {
                let raw = accept(listener.raw, nil, nil)
                guard raw >= 0 else { continue }
                let connection = Descriptor(owning: raw)
                Self.answer(connection, block)
            }
        }
    }

    private static func answer(_ connection: borrowing Descriptor, _ block: [UInt8]) {
        var request = [UInt8](repeating: 0, count: 1024)
        guard recv(connection.raw, &request, request.count, Int32(MSG_WAITALL)) == request.count else {
            return
        }
        var left = Int(request.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        while left > 0 {
            let count = send(connection.raw, block, min(left, block.count), Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            left -= count
        }
    }

    static func listen() throws -> (SharedDescriptor, UInt16) {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError.last("socket") }
        let listener = Descriptor(owning: raw).shared()
        var address = Self.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { any in
                bind(raw, any, size) == 0 && Glibc.listen(raw, 128) == 0 && getsockname(raw, any, &size) == 0
            }
        }
        guard bound else { throw SystemError.last("bind") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    static func connect(_ port: UInt16) throws -> SharedDescriptor {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError.last("socket") }
        let connection = Descriptor(owning: raw).shared()
        var address = Self.address(port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { any in
                Glibc.connect(raw, any, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { throw SystemError.last("connect") }
        return connection
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
