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
        let attempts = try probe.run(host.options + ["--destructive"])
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

    @Test("outside of a sandbox most of them succeed: the probe is no dud")
    func control() throws {
        let scene = try Scene(.possible[0], rules: "- allow: probe")
        let probe = try ProbeTool(in: scene)
        let host = try ProbeHost()
        let attempts = try probe.runOutside(host.options)
        let succeeded = attempts.count { $0["result"] == "succeeded" }
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
        let abstract = "agentbox-probe-\(getpid())"
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

    private static func listen(_ name: String, isAbstract: Bool) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (isAbstract ? [0] : []) + Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        let problem = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        precondition(problem == 0 && Glibc.listen(descriptor, 4) == 0, "no socket \(name)")
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

/// The probe, built and registered as a tool of the scene.
private struct ProbeTool {
    private let scene: Scene
    private let executable: String

    init(in scene: Scene) throws {
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
            sandbox: pure
            grants: [{read: README.md}]
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
