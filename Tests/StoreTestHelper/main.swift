import Glibc
import LinuxIO
import Manifests
import Store
import StrictJSON

// A process of its own for the store's tests: it holds a run until it is killed, or registers a tool again and again.

func say(_ line: String) {
    do { try BorrowedDescriptor.standardOutput.writeAll(Array((line + "\n").utf8)) } catch { exit(3) }
}

let words = CommandLine.arguments
switch words.dropFirst().first {
case "run":
    // `run HOME`: prints the run's name and waits to be killed.
    let run = try RunDirectory.create(in: try Home(words[2]))
    say(run.identifier.description)
    withExtendedLifetime(run) { while true { pause() } }
case "register":
    // `register HOME FOLDER COUNT`: registers the tool in the folder so many times and prints each tool digest.
    let programs = words[3] + "/.."
    let installation = Installation(executable: words[0], programs: programs, tools: programs, sandboxes: programs)
    let registrar = try ToolRegistrar(try Home(words[2]), installation)
    let file = words[3] + "/tool.yaml"
    let bytes = try Descriptor.open(file, O_RDONLY).readAll(limit: 1 << 20)
    let source = ToolSource(tool: try Tool.load(bytes, file: file), folder: words[3], profile: ["name": "pure"])
    for _ in 0..<(Int(words[4]) ?? 1) {
        let registration = try registrar.register(source).registration
        // What another process has just registered must be whole.
        _ = try registrar.open(registration)
        say(registration.toolDigest.description)
    }
case "state-take", "state-revoke", "state-add", "state-write", "state-check":
    try await StateWords(words).run()
default:
    exit(2)
}
