import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A hostile tool gets through with nothing")
struct ProbeTests {
    @Test("the probe's attempts, as a tool", arguments: Person.possible)
    func probe(person: Person) throws {
        let scene = try Scene(
            person, rules: "- allow: probe",
            files: [
                "README.md": "hello\n", "secret.txt": "not granted\n", ".git/config": "[core]\n", ".git/HEAD": "ref",
            ])
        let probe = try ProbeTool(in: scene)
        let host = try ProbeHost()
        let inner = try InnerDoors(in: scene)
        let attempts = try probe.run(host.options + inner.options + ["--destructive"])
        #expect(attempts.count >= 70, "\(attempts.count) attempts")
        for attempt in attempts {
            #expect(
                attempt["result"] == "refused" || attempt["result"] == "absent",
                "as \(person): \(attempt.encodedString())")
        }
        print("probe as \(person.rawValue):")
        for attempt in attempts {
            let words = ["area", "attempt", "result", "detail"].map { attempt[$0]?.stringValue ?? "" }
            print("  " + words.joined(separator: "  "))
        }
        #expect(scene.file("README.md") == "hello\n")
        #expect(scene.file("secret.txt") == "not granted\n")
    }

    @Test(
        "no profile reaches a daemon of the host through its socket in the workspace", arguments: Person.possible,
        ["base", "pure", "workspace-read", "git", "build"])
    func sockets(person: Person, profile: String) throws {
        let scene = try Scene(person, rules: "- allow: probe")
        let isGranted = !["base", "git", "build"].contains(profile)
        let probe = try ProbeTool(in: scene, sandbox: profile, grants: isGranted ? "[{read: README.md}]" : "[]")
        let inner = try InnerDoors(in: scene)
        let names = [
            "path-socket-in-workspace", "datagram-socket-in-workspace-by-a-pair", "connection-in-workspace-by-a-pair",
        ]
        let attempts = try probe.run(inner.options + names.flatMap { ["--only", $0] })
        #expect(attempts.map { $0["attempt"]?.stringValue } == names)
        for attempt in attempts {
            #expect(attempt["result"] == "refused", "\(profile) as \(person): \(attempt.encodedString())")
        }
    }

    @Test("outside of a sandbox most of them succeed: the probe is no dud")
    func control() throws {
        let scene = try Scene(.possible[0], rules: "- allow: probe")
        let probe = try ProbeTool(in: scene)
        let host = try ProbeHost()
        let inner = try InnerDoors(in: scene)
        let attempts = try probe.runOutside(host.options + inner.options)
        let succeeded = attempts.count { $0["result"] == "succeeded" }
        for attempt in attempts where attempt["attempt"]?.stringValue?.contains("in-workspace") == true {
            #expect(attempt["result"] == "succeeded", "no dud: \(attempt.encodedString())")
        }
        #expect(succeeded >= 25, "only \(succeeded) of \(attempts.count) succeed outside")
    }
}

/// What the probe finds to attack on the host: a process, sockets, a file.
private final class ProbeHost {
    private let folder: TemporaryFolder
    private let sleeper: HelperProcess
    private var sockets: [Int32] = []
    let options: [String]

    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.path, 0o755)
        let outside = try folder.write("outside.txt", "outside\n", mode: 0o666)
        sleeper = try HelperProcess(program: "/bin/sleep", ["600"])
        let abstract = "agentbox-probe-\(UInt64.random(in: .min ... .max))"
        let path = folder("host.sock")
        let unix = [Self.listen(abstract, isAbstract: true), Self.listen(path, isAbstract: false)]
        chmod(path, 0o777)
        let (tcp, port) = Self.listenTCP()
        sockets = unix + [tcp]
        options = [
            "--outside", outside, "--abstract", abstract, "--socket", path, "--other", String(sleeper.identifier),
            "--port", String(port),
        ]
    }

    deinit { for socket in sockets { close(socket) } }

    static func listen(_ name: String, isAbstract: Bool, _ type: __socket_type = SOCK_STREAM) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (isAbstract ? [0] : []) + Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        let problem = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        let isHeard = type == SOCK_DGRAM || Glibc.listen(descriptor, 4) == 0
        precondition(problem == 0 && isHeard, "no socket \(name)")
        return descriptor
    }

    private static func listenTCP() -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(descriptor, pointer, size) == 0 && Glibc.listen(descriptor, 4) == 0)
                getsockname(descriptor, pointer, &size)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// Doors of the host that lie in the workspace: sockets with somebody behind them, and a FIFO with something in it.
private final class InnerDoors {
    let options = ["--inner-socket", "host.sock", "--inner-datagram", "host.dgram", "--inner-fifo", "host.fifo"]
    private var descriptors: [Int32] = []

    init(in scene: Scene) throws {
        let (stream, datagram) = (scene.workspace + "/host.sock", scene.workspace + "/host.dgram")
        let fifo = scene.workspace + "/host.fifo"
        descriptors = [
            ProbeHost.listen(stream, isAbstract: false), ProbeHost.listen(datagram, isAbstract: false, SOCK_DGRAM),
        ]
        mkfifo(fifo, 0o666)
        let writer = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        descriptors.append(writer)
        guard writer >= 0, write(writer, "for the host\n", 13) == 13 else { throw TestSupportError("no FIFO") }
        for path in [stream, datagram, fifo] { chmod(path, 0o777) }
        scene.giveAway()
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}

/// The probe, built and registered as a tool of the scene.
private struct ProbeTool {
    private let scene: Scene
    private let executable: String

    init(in scene: Scene, sandbox: String = "pure", grants: String = "[{read: README.md}]") throws {
        self.scene = scene
        executable = scene.folder("tools/probe/probe")
        try scene.folder.folder("tools/probe")
        let source = InstalledAgentbox.checkout + "/Tests/Escapes/probe"
        let built = Command.run(["/usr/bin/make", "-s", "-C", source, "OUT=\(executable)", executable])
        guard built.status == 0 else { throw TestSupportError("the probe does not build: \(built)") }
        try scene.folder.write(
            "tools/probe/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: probe
            version: 1.0.0
            description: Tries what a hostile tool would try.
            command: [./probe, --, "${args.options}"]
            input: argv
            inputSchema:
              type: object
              properties: {options: {type: array, items: {type: string}}}
              required: [options]
              additionalProperties: false
            sandbox: \(sandbox)
            grants: \(grants)
            limits: {time: 120s, output: 4MiB}
            """)
        scene.giveAway()
    }

    /// The attempts inside, an object each.
    func run(_ options: [String]) throws -> [JSON] {
        let folders = ["--tools", scene.folder("tools")]
        let registered = scene.agentbox(["tool", "register", "probe"] + folders)
        guard registered.status == 0 else { throw TestSupportError("\(registered)") }
        let result = try scene.call("probe", ["options": .array(options.map(JSON.string))], options: folders)
        guard let output = result["outcome"]?["stdout"]?.stringValue, !output.isEmpty else {
            throw TestSupportError("the probe did not run: \(result.encodedString())")
        }
        return try output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    func runOutside(_ options: [String]) throws -> [JSON] {
        let result = Command.run([executable, "--"] + options + ["--workspace", scene.workspace])
        return try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
}
