import Glibc
import StrictJSON
import TestSupport

/// A scene with credential sources, and tools that are issued credentials and look for them everywhere they can.
///
/// A tool's script is Python; `seen` of its output says where the secret was found.
struct CredentialScene {
    let scene: Scene
    /// What the static sources hold. Halves of it are in the tests, so that the whole is in no file of the scene but the
    /// source's own.
    let secret = "s3cr3t-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"

    static let deliveries: [(tool: String, deliver: String)] = [
        ("look.memfd", "memfd: {variable: TOKEN_FILE}"), ("look.file", "file: {name: token, variable: TOKEN_FILE}"),
        ("look.environment", "environment: {variable: TOKEN, downgrade: true}"),
    ]

    init(_ person: Person, source: String = "static") throws {
        let tools = Self.deliveries.map(\.tool) + ["look.nothing", "look.slow", "look.asks"]
        scene = try Scene(
            person,
            rules: tools.map { $0 == "look.asks" ? "- approve: \($0)" : "- allow: \($0)" }.joined(separator: "\n"))
        let folder = scene.folder
        try folder.folder("home", mode: 0o700)
        try folder.write("outside/token", secret + "\n", mode: 0o600)
        try write(source: "static", "type: file\noptions: {path: \(folder("outside/token"))}")
        try write(
            source: "tokens",
            "type: jwt\noptions: {issuer: \"https://agentbox.example.com\", audiences: [\"https://api.example.com\"]}")
        try write(source: "ids", "type: x509\noptions: {trustDomain: example.org}")
        for (tool, deliver) in Self.deliveries { try write(tool: tool, source: source, deliver) }
        try write(tool: "look.nothing", source: nil, "")
        try write(tool: "look.asks", source: source, "memfd: {variable: TOKEN_FILE}")
        try write(
            tool: "look.slow", source: source, "memfd: {variable: TOKEN_FILE}", script: "import time; time.sleep(1000)")
        try folder.write("sandboxes/look.yaml", Self.profile)
        scene.giveAway()
        for tool in tools {
            let made = scene.agentbox(["tool", "register", tool] + catalogue)
            guard made.status == 0 else { throw TestSupportError("cannot register `\(tool)`: \(made)") }
        }
    }

    var catalogue: [String] { ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")] }

    func call(_ tool: String) throws -> JSON { try scene.call(tool, .object([:]), options: catalogue) }

    /// What the script found, and what it read of its credential.
    func look(_ tool: String) throws -> (json: JSON, seen: [String], token: String) {
        let json = try call(tool)
        guard let structured = json["outcome"]?["structured"], let seen = structured["seen"]?.arrayValue else {
            throw TestSupportError("the script did not end: \(json.encodedString())")
        }
        return (json, seen.compactMap(\.stringValue), structured["token"]?.stringValue ?? "")
    }

    /// Files of the home that hold a text.
    func filesOfHome(with text: String) -> [String] {
        let found = Command.run(["/bin/grep", "-r", "-l", "-a", "-F", "--", text, scene.home])
        return found.output.split(separator: "\n").map { String($0.dropFirst(scene.home.count)) }
    }

    func write(source name: String, _ text: String) throws {
        try scene.folder.write(
            "home/sources/\(name).yaml",
            "apiVersion: agentbox.dev/v1\nkind: CredentialSource\nname: \(name)\n\(text)\n",
            mode: 0o600)
    }

    private func write(tool: String, source: String?, _ deliver: String, script: String? = nil) throws {
        let scope = source == "tokens" ? ", scope: {scope: read}" : ""
        let field = source == "ids" ? ", field: key}" : "}"
        let delivery = String(deliver.dropLast()) + field
        let credentials = source.map { "[{name: it, source: \($0)\(scope), deliver: {\(delivery)}}]" } ?? "[]"
        try scene.folder.write(
            "tools/\(tool)/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: \(tool)
            version: 1.0.0
            description: Looks for secrets.
            command: [./look.py]
            inputSchema: {type: object}
            outputSchema: {type: object}
            sandbox: look
            credentials: \(credentials)
            limits: {time: 20s}
            """)
        try scene.folder.write(
            "tools/\(tool)/look.py", script.map { "#!/usr/bin/python3\n\($0)\n" } ?? Self.script, mode: 0o755)
    }

    private static let profile = """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: look
        description: Python scripts.
        extends: script
        filesystem: {read: [/usr], exec: [/usr], tmp: 1MiB}
        limits: {memory: 1GiB, processes: 32}
        """

    /// First it looks, knowing nothing; then it reads what it was given, and looks whether that was anywhere before.
    private static let script = #"""
        #!/usr/bin/python3
        import json, os, sys
        sys.stdin.read()
        def read(path, limit=1 << 22):
            try:
                with open(path, "rb") as file: return file.read(limit)
            except OSError: return b""
        places = {}
        places["environment"] = read("/proc/self/environ")
        places["arguments"] = read("/proc/self/cmdline")
        memory = []
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as mem:
            for line in maps:
                span, mode = line.split()[:2]
                if "r" not in mode or "vvar" in line or "vsyscall" in line: continue
                start, end = (int(part, 16) for part in span.split("-"))
                try:
                    mem.seek(start)
                    memory.append(mem.read(end - start))
                except (OSError, ValueError): pass
        places["memory"] = b"\n".join(memory)
        del memory
        given = os.environ.get("TOKEN_FILE")
        for folder in ["/etc", "/run", "/tmp", "/dev", "/home", "/root", "/var", "/workspace"]:
            for path, _, names in os.walk(folder):
                for name in names:
                    file = os.path.join(path, name)
                    if file != given and os.path.isfile(file): places["file " + file] = read(file)
        for pid in os.listdir("/proc"):
            if pid.isdigit() and int(pid) != os.getpid():
                for name in ["environ", "cmdline", "mem"]: places[f"process {pid} {name}"] = read(f"/proc/{pid}/{name}", 1 << 16)
        token = read(given).strip() if given else os.environ.get("TOKEN", "").encode()
        seen = sorted(place for place, bytes in places.items() if token and token in bytes)
        print(json.dumps({"seen": seen, "looked": len(places), "memory": len(places["memory"]), "token": token.decode()}))

        """#
}
