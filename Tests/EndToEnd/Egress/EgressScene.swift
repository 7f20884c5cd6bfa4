import Glibc
import StrictJSON
import TestSupport

/// A scene in a network of its own, with services on addresses that are public elsewhere, a name server and a loopback:
/// what a call can reach of it is what a call can reach of the world.
///
/// Its tools run a script with the system's programs: `net.run` connects to what `to` names, `net.near` besides to
/// private addresses, `net.little` has small limits, `net.proxy` has a proxy. `$CA` of `EgressScene.trust` is what its
/// TLS servers are trusted by.
struct EgressScene {
    let scene: Scene
    static let tools = ["net.run", "net.near", "net.little", "net.literal", "net.proxy"]
    /// Starts more services, in bash.
    private let services: String
    /// Of every agentbox that is started here.
    var environment: [String: String] = [:]

    /// - Parameters:
    ///   - rules: The lines beneath `rules:`; every tool here is allowed if it is nil.
    ///   - head: Whole lines of the intent before them.
    ///   - files: More files of the scene's, by name.
    ///   - tools: Those of them that are tools, to be registered in place of the usual ones.
    ///   - making: Makes more of the world, in bash.
    ///   - services: Starts more services, in bash.
    init(
        _ person: Person, rules: String? = nil, head: String = "", files: [String: String] = [:],
        tools: [String] = Self.tools, making: String = "", services: String = ""
    ) throws {
        self.services = services
        let rules = rules ?? (tools + ["http.get"]).map { "- allow: \($0)" }.joined(separator: "\n")
        scene = try Scene(person, rules: rules)
        try scene.folder.write("task.yaml", Scene.manifest(rules, head: head))
        let folder = scene.folder
        try folder.write("www/a.txt", "hello from outside\n")
        try folder.write("www/large.bin", String(repeating: "0123456789abcdef", count: 1 << 18))
        try folder.write("resolv.conf", "nameserver 127.0.0.1\n")
        try folder.write("hosts", "127.0.0.1 localhost\n")
        try folder.write("sandboxes/net.yaml", Self.profile("net"))
        try folder.write(
            "sandboxes/little.yaml",
            Self.profile("little", limits: "  connections: 3\n  traffic: 1MiB\n  connectionTime: 2s\n"))
        try folder.write("tools/net.run/tool.yaml", Self.tool("net.run", "net"))
        try folder.write(
            "tools/net.near/tool.yaml",
            Self.tool("net.near", "net", grant: "{connect: \"${args.to}\", within: [127.0.0.0/8]}"))
        try folder.write("tools/net.little/tool.yaml", Self.tool("net.little", "little"))
        try folder.write("tools/net.proxy/tool.yaml", Self.tool("net.proxy", "net") + "\nproxy: true\n")
        try folder.write(
            "tools/net.literal/tool.yaml", Self.tool("net.literal", "net", grant: "connect: \"127.0.0.1:8000\""))
        for (name, text) in files { try folder.write(name, text) }
        let made = Command.run(
            [
                "/bin/bash", "-ec",
                """
                openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=good.example \
                    -addext subjectAltName=DNS:good.example,DNS:other.example -keyout key.pem -out certificate.pem
                git init -q source && cd source
                git -c user.name=a -c user.email=a@b commit -q --allow-empty -m "first of the origin"
                cd .. && git clone -q --bare source www/repo.git && git -C www/repo.git update-server-info
                cd \(scene.folder.path)
                \(making)
                chmod -R a+rX .
                """,
            ], in: folder.path)
        guard made.status == 0 else { throw TestSupportError("cannot make the world: \(made)") }
        scene.giveAway()
        // Where they are called: an ordinary user's namespace shows the system's files as nobody's.
        let options = Self.catalogue(scene).joined(separator: " ")
        let registered = script(
            "for tool in \(tools.joined(separator: " ")); do agentbox tool register $tool \(options) || exit 98; done"
        )
        guard registered.status == 0 else { throw TestSupportError("cannot register the tools: \(registered)") }
    }

    /// Words before a script that makes programs trust the servers here.
    func trust() throws -> String {
        let certificate = File.text(of: scene.folder("certificate.pem")) ?? ""
        return """
            export CA=/tmp/ca.pem
            printf '%s' '\(certificate)' >$CA
            export SSL_CERT_FILE=$CA CURL_CA_BUNDLE=$CA REQUESTS_CA_BUNDLE=$CA NODE_EXTRA_CA_CERTS=$CA GIT_SSL_CAINFO=$CA

            """
    }

    /// Runs a bash script in the network; `call TOOL JSON` is a call there, `inside CMD…` a run.
    func script(_ text: String) -> Command.Result {
        let words = InstalledAgentbox.shared.command(
            [], as: scene.person, home: scene.home, environment: environment)
        let unprivileged =
            geteuid() == 0 ? "" : "setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all -- "
        let quoted = unprivileged + words.map { "'\($0)'" }.joined(separator: " ")
        let options = Self.catalogue(scene).map { "'\($0)'" }.joined(separator: " ")
        let prelude = """
            set -u
            PATH=$PATH:/usr/sbin:/sbin
            rm -f ready queries
            ip link set lo up
            for address in 93.184.216.34 93.184.216.35; do ip address add $address/32 dev lo; done
            mount --bind resolv.conf /etc/resolv.conf
            mount --bind hosts /etc/hosts
            /usr/bin/python3 -S '\(InstalledAgentbox.checkout)/Tests/EndToEnd/Egress/world.py' "$PWD" 2>world.err &
            world=$!
            trap 'kill -9 $world' EXIT
            until [ -e ready ]; do
                kill -0 $world || { cat world.err; exit 99; }
                sleep 0.02
            done
            \(services)
            agentbox() { \(quoted) "$@"; }
            call() { agentbox call --intent task.yaml \(options) "$1" --json "$2"; }
            # start WORDS…: agentbox in the background, its output in `out` and `err`, its process in `$process`.
            start() { \(quoted) "$@" >out 2>err & process=$!; }
            # The brokers of this network, which nobody else is in; `brokers agentbox-inspect`: the inspectors.
            brokers() {
                for folder in /proc/[0-9]*; do
                    [ "$(readlink $folder/ns/net 2>/dev/null)" = "$(readlink /proc/self/ns/net)" ] || continue
                    grep -qa "^${1:-agentbox-egress}" $folder/cmdline 2>/dev/null && echo ${folder#/proc/}
                done
                return 0
            }

            """
        let space =
            geteuid() == 0
            ? ["unshare", "--net", "--mount", "--propagation", "private"]
            : ["unshare", "--user", "--map-current-user", "--keep-caps", "--net", "--mount"]
        return Command.run(space + ["/bin/bash", "-c", prelude + text], in: scene.folder.path)
    }

    /// One call in that network.
    func call(_ tool: String, _ arguments: JSON, after: String = "") throws -> JSON {
        try scene.folder.write("arguments.json", arguments.encodedString())
        let result = script("call \(tool) \"$(cat arguments.json)\"; \(after)")
        guard let line = result.output.split(separator: "\n").first(where: { $0.hasPrefix("{") }) else {
            throw TestSupportError("no JSON came of the call: \(result)")
        }
        return try JSON(parsing: String(line))
    }

    /// One call that runs a script.
    func run(_ script: String, to destinations: [String], by tool: String = "net.run") throws -> JSON {
        try call(tool, ["script": .string(script), "to": .array(destinations.map(JSON.string))])
    }

    /// What a script wrote.
    func file(_ name: String) -> String { File.text(of: scene.folder(name)) ?? "" }

    static func catalogue(_ scene: Scene) -> [String] {
        ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
    }

    static func profile(_ name: String, limits: String = "") -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: \(name)
        description: Scripts that connect.
        extends: fetch
        filesystem:
          exec: [/usr, /bin, /lib, /lib64, /tmp]
          tmp: 64MiB
        limits:
          memory: 64GiB
          processes: 128
          files: 1024
        \(limits)
        """
    }

    static func tool(
        _ name: String, _ profile: String, grant: String = "connect: \"${args.to}\"", files: [String] = []
    ) -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Tool
        name: \(name)
        version: 1.0.0
        description: Runs a script.
        command: [/bin/bash, -c, "${args.script}"]
        input: argv
        inputSchema:
          type: object
          properties: {script: {type: string}, to: {type: array, items: {type: string}}, repo: {type: string}}
          additionalProperties: false
        annotations: {readOnly: true, destructive: false, idempotent: true, openWorld: true}
        sandbox: \(profile)
        grants:
          - \(grant)
        files: [\(files.joined(separator: ", "))]
        limits: {time: 30s, output: 4MiB}
        """
    }
}

extension JSON {
    /// Of an outcome of a call: what its program wrote.
    var written: String {
        (self["outcome"]?["stdout"]?.stringValue ?? "") + (self["outcome"]?["stderr"]?.stringValue ?? "")
    }

    /// The refusals of the broker, by reason, with how often.
    var refusals: [String: Int64] {
        var found: [String: Int64] = [:]
        for violation in self["outcome"]?["violations"]?.arrayValue ?? [] where violation["layer"] == "egress" {
            found[violation["operation"]?.stringValue ?? ""] = violation["count"]?.integerValue ?? 1
        }
        return found
    }

    /// What the broker says of a destination.
    func egress(_ destination: String) -> JSON? {
        self["outcome"]?["egress"]?.arrayValue?.first { $0["destination"] == .string(destination) }
    }
}
