import StrictJSON
import TestSupport

/// The bundled tools of GitHub, as they are, in a network in which `api.github.com` is a stand-in: its name is resolved
/// there, and its certificate is of an authority that the host trusts in that namespace.
struct GitHubScene {
    private(set) var world: EgressScene
    private static let services = """
        ip address add 93.184.216.36/32 dev lo
        mount --bind roots.pem /etc/ssl/certs/ca-certificates.crt
        rm -f github-ready
        PERSONAL=$(cat personal 2>/dev/null) /usr/bin/python3 -S '\(InstalledAgentbox.checkout)/Tests/EndToEnd/GitHub/github.py' "$PWD" 2>github.err &
        github=$!
        trap 'kill -9 $world $github' EXIT
        until [ -e github-ready ]; do
            kill -0 $github || { cat github.err; exit 97; }
            sleep 0.02
        done
        """

    /// - Parameters:
    ///   - rules: The lines beneath `rules:`.
    ///   - source: What stands in the source's file after its name, a GitHub App if it is nil.
    ///   - personal: A token of a person's own that the stand-in takes, and its variable `GH_TOKEN` holds.
    ///   - tools: Of `files`, to be registered.
    init(
        _ person: Person, rules: String, source: String? = nil, personal: String = "", files: [String: String] = [:],
        tools: [String] = []
    ) throws {
        world = try EgressScene(
            person, rules: rules, files: files, tools: [],
            making: """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=roots \
                    -keyout ca.key -out ca.pem
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=api.github.com \
                    -keyout github.key -out github.csr
                printf 'subjectAltName=DNS:api.github.com' >extensions
                openssl x509 -req -in github.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
                    -extfile extensions -out github.pem
                cat /etc/ssl/certs/ca-certificates.crt ca.pem >roots.pem
                openssl genrsa -out app.pem 2048
                openssl rsa -in app.pem -pubout -out app.pub
                """, services: Self.services)
        let folder = world.scene.folder
        try folder.write("personal", personal)
        try folder.folder("home/sources", mode: 0o700)
        let app = """
            type: github-app
            options:
              app: Iv1.tests
              installation: 42
              key: {environment: APP_KEY}
              trust: {environment: ROOTS}
            """
        // Not files: in an ordinary user's namespace the system's folders, through which they are reached, are nobody's.
        world.environment = ["APP_KEY": world.file("app.pem"), "ROOTS": world.file("ca.pem"), "GH_TOKEN": personal]
        try folder.write(
            "home/sources/github.yaml",
            "apiVersion: agentbox.dev/v1\nkind: CredentialSource\nname: github\ntimeout: 60s\n\(source ?? app)\n",
            mode: 0o600)
        world.scene.giveAway()
        let options = EgressScene.catalogue(world.scene).joined(separator: " ")
        for tool in tools {
            let made = world.script("agentbox tool register \(tool) \(options)")
            guard made.status == 0 else { throw TestSupportError("cannot register `\(tool)`: \(made)") }
        }
    }

    func call(_ tool: String, _ arguments: JSON) throws -> JSON { try world.call(tool, arguments) }

    /// Several calls, in one network: each with its result.
    func calls(_ all: [(tool: String, arguments: JSON)]) throws -> [JSON] {
        let lines = all.enumerated().map { index, one in
            "call \(one.tool) \"$(cat arguments/\(index))\" 2>>err | head -1 || true"
        }
        for (index, one) in all.enumerated() {
            try world.scene.folder.write("arguments/\(index)", one.arguments.encodedString())
        }
        let result = world.script(lines.joined(separator: "\n"))
        let found = try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        guard found.count == all.count else { throw TestSupportError("not every call has a result: \(result)") }
        return found
    }

    /// What the stand-in was asked, but for tokens.
    func requests() throws -> [JSON] {
        try world.file("github.jsonl").split(separator: "\n").map { try JSON(parsing: String($0)) }.filter { request in
            let path = request["path"]?.stringValue ?? ""
            return !path.hasPrefix("/app/") && !path.hasPrefix("/installation/")
        }
    }

    /// What was asked for with each token.
    func minted() throws -> [JSON] {
        try world.file("github.jsonl").split(separator: "\n").map { try JSON(parsing: String($0)) }
            .filter { $0["path"]?.stringValue?.hasPrefix("/app/") ?? false }
            .map { try JSON(parsing: $0["body"]?.stringValue ?? "") }
    }

    /// All tokens that were issued.
    var tokens: [String] { world.file("github.tokens").split(separator: "\n").map(String.init) }

    /// Those that the stand-in would still take.
    func live() throws -> [String] {
        let text = world.file("github.state")
        guard !text.isEmpty, let all = try JSON(parsing: text).objectValue else { return [] }
        return all.filter { $0.value != .null }.map(\.key)
    }

    /// Files of agentbox's that hold a text.
    func filesOfHome(with text: String) -> [String] {
        let found = Command.run(["/bin/grep", "-r", "-l", "-a", "-F", "--", text, world.scene.home])
        return found.output.split(separator: "\n").map(String.init)
    }
}
