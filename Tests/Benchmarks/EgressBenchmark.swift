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
        let broker = try await Broker(build: build, sandboxes: sandboxes)
        defer { broker.process.kill() }
        let port = try broker.serve(server.port, call: 1)
        let latency = try interleaved(rounds: 101, repetitions: 5) {
            try exchange(port, bytes: small)
        } peer: {
            try exchange(server.port, bytes: small)
        }
        let throughput = try interleaved(rounds: 5, repetitions: 1) {
            try exchange(port, bytes: large)
        } peer: {
            try exchange(server.port, bytes: large)
        }
        let origin = try SecureOrigin()
        return try secure(broker, origin) + (try await inspected(origin, build: build, sandboxes: sandboxes)) + [
            BenchmarkRow(
                name: "bytes alone, over loopback: connect, send and receive 1 KB", ours: latency.ours,
                peer: "without the broker",
                peers: latency.peer, goal: 1.3),
            // 0.7 of the throughput.
            BenchmarkRow(
                name: "bytes alone, over loopback: receive 1 GB", ours: throughput.ours, peer: "without the broker",
                peers: throughput.peer,
                goal: 1 / 0.7),
        ]
    }

    /// What people see: a request of curl's to nginx, with TLS over a new connection.
    private static func secure(_ broker: borrowing Broker, _ origin: SecureOrigin) throws -> [BenchmarkRow] {
        let port = try broker.serve(origin.port, call: 2)
        let latency = try origin.medians("small", bytes: SecureOrigin.sizes.small, by: port, rounds: 201)
        let throughput = try origin.medians("large", bytes: SecureOrigin.sizes.large, by: port, rounds: 5)
        return [
            BenchmarkRow(
                name: "HTTPS, a request of 1 KB over a new connection", ours: latency.ours,
                peer: "without the broker", peers: latency.peer, goal: 1.3),
            // 0.7 of the throughput.
            BenchmarkRow(
                name: "HTTPS, 1 GB", ours: throughput.ours, peer: "without the broker", peers: throughput.peer,
                goal: 1 / 0.7),
        ]
    }

    /// The same with TLS that ends at an inspector, for a grant that allows any request: two handshakes in place of one, and
    /// every byte decrypted, looked at and encrypted again.
    private static func inspected(
        _ origin: SecureOrigin, build: String, sandboxes: String
    ) async throws -> [BenchmarkRow] {
        let inspector = try await Confined(build: build, sandboxes: sandboxes, "agentbox-inspect", profile: "inspect")
        defer { inspector.process.kill() }
        let port = try inspector.inspect(origin)
        let latency = try origin.medians("small", bytes: SecureOrigin.sizes.small, by: port, rounds: 201)
        let throughput = try origin.medians("large", bytes: SecureOrigin.sizes.large, by: port, rounds: 5)
        return [
            BenchmarkRow(
                name: "HTTPS with inspection, a request of 1 KB over a new connection", ours: latency.ours,
                peer: "without it", peers: latency.peer),
            BenchmarkRow(
                name: "HTTPS with inspection, 1 GB", ours: throughput.ours, peer: "without it", peers: throughput.peer),
        ]
    }

    /// A process of agentbox's own, as a run has it.
    fileprivate struct Confined {
        let process: ConfinedProcess
        let socket: SharedDescriptor

        init(build: String, sandboxes: String, _ program: String, profile: String) async throws {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            socket = pair.takeFirst().shared()
            let executable = try Descriptor.open(build + "/" + program, Int32(CS_O_PATH.rawValue)).shared()
            let profiles = try ProfileCatalog.load(directories: [sandboxes])
            guard let name = ProfileName(profile) else { preconditionFailure("`\(profile)` is a name") }
            var box = ConfinedSpecification(
                profile: try profiles.resolve(name), identity: .make(),
                executable: VerifiedExecutable(executable, name: program), arguments: [])
            box.input = pair.takeSecond().shared()
            box.refusesTCP = false
            box.sharesHostNetwork = true
            let launcher = Launcher(
                LaunchPermit(), initPath: build + "/agentbox-init",
                filters: try FilterCache(folder: nil), hidden: [])
            process = try await launcher.start(box)
        }

        /// Serves a port of loopback as the one inspected destination of the inspector's call; where.
        func inspect(_ origin: SecureOrigin) throws -> UInt16 {
            let (listener, port) = try LoopbackServer.listen()
            let request = InspectionRequest.open(
                [
                    InspectedDestination(
                        try destination(origin.port), identity: try origin.identity(), trust: [origin.certificate])
                ], []
            ).encoded()
            guard try ask(request, listener, { InspectionAnswer($0) == .opened }) else {
                throw TestSupportError("the inspector did not take its call")
            }
            return port
        }
    }

    private static func destination(_ server: UInt16) throws -> EgressDestination {
        EgressDestination(
            try Destination("127.0.0.1:\(server)"), opened: [try AddressRange("127.0.0.1")],
            limits: EgressLimits(connections: 64, bytes: 1 << 50, milliseconds: 600_000))
    }

    /// The broker as a run has it.
    private struct Broker {
        private let confined: Confined
        var process: ConfinedProcess { confined.process }

        init(build: String, sandboxes: String) async throws {
            confined = try await Confined(build: build, sandboxes: sandboxes, "agentbox-egress", profile: "egress")
        }

        /// Serves a port of loopback as a call's one destination; where.
        func serve(_ server: UInt16, call: Int) throws -> UInt16 {
            let (listener, port) = try LoopbackServer.listen()
            let request = BrokerRequest.open(call: call, [try destination(server)]).encoded()
            guard try confined.ask(request, listener, { BrokerAnswer($0) == .opened(call: call) }) else {
                throw TestSupportError("the broker did not take its destination")
            }
            return port
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

extension EgressBenchmark.Confined {
    /// Hands over a request with a socket, and judges the answer.
    fileprivate func ask(_ request: [UInt8], _ listener: SharedDescriptor, _ isGood: ([UInt8]) -> Bool) throws -> Bool {
        guard cs_send(socket.raw, request, request.count, [listener.raw], 1) == 0 else {
            throw SystemError.last("sendmsg")
        }
        var answer = [UInt8](repeating: 0, count: BrokerAnswer.mostBytes)
        var none: Int32 = -1
        var found = 0
        let size = cs_receive(socket.raw, &answer, answer.count, &none, 0, &found, 0)
        return size > 0 && isGood(Array(answer.prefix(size)))
    }
}
