import StrictJSON
import TestSupport

/// The scene of the egress tests with an origin that speaks HTTP/2, and tools whose grants are inspected.
///
/// `web.rules` may do a few things at `origin.example`, `web.any` all at what `to` names, `web.strict` the same without
/// trusting the test's authority.
struct InspectScene {
    let world: EgressScene
    var scene: Scene { world.scene }

    private static let tools = ["web.rules", "web.any", "web.strict", "web.both", "web.go"]
    private static let issued = ["web.issued", "web.twice", "web.given"]
    /// What the source of the credentialed tools holds.
    let secret = "s3cr3t/\(UInt64.random(in: .min ... .max))+\(UInt64.random(in: .min ... .max))Ab"

    /// - Parameter issuesCredentials: Has the tools that are issued one, in place of the others: `web.issued` may use it at
    ///   two paths of `origin.example`, `web.twice` two times, and `web.given` has it in its environment.
    init(_ person: Person, issuesCredentials: Bool = false) throws {
        let tools = issuesCredentials ? Self.issued : Self.tools
        let folder = InstalledAgentbox.checkout + "/Tests/EndToEnd/Inspection"
        world = try EgressScene(
            person,
            files: [
                "tools/web.rules/tool.yaml": Self.tool("web.rules", Self.rules),
                "tools/web.any/tool.yaml": Self.tool(
                    "web.any", "{connect: \"${args.to}\", inspect: true, trust: ca.pem}"),
                "tools/web.strict/tool.yaml": Self.tool(
                    "web.strict", "{connect: \"${args.to}\", inspect: true, trust: other.pem}"),
                "tools/web.both/tool.yaml": Self.tool(
                    "web.both", "{connect: \"https://origin.example\", trust: ca.pem}\n  - connect: \"good.example:80\""
                ),
                "tools/web.go/tool.yaml": Self.tool("web.go", Self.rules)
                    .replacing("/bin/bash, -c,", with: "./client,"),
                "tools/web.issued/tool.yaml": Self.issuedTool(
                    "web.issued", Self.broker + "uses: 1000, variable: TOKEN}"),
                "tools/web.twice/tool.yaml": Self.issuedTool("web.twice", Self.broker + "uses: 2, variable: TOKEN}"),
                "tools/web.given/tool.yaml": Self.issuedTool(
                    "web.given", "environment: {variable: TOKEN, downgrade: true}"),
                "home/sources/static.yaml": """
                apiVersion: agentbox.dev/v1
                kind: CredentialSource
                name: static
                type: file
                options: {path: TOKEN_PATH}
                """,
                "outside/token": secret + "\n",
            ], tools: tools,
            making: """
                source '\(folder)/make.sh'
                for tool in \(tools.joined(separator: " ")); do cp ca.pem other.pem tools/$tool/; done
                cp \(GoPrograms.shared.path)/client tools/web.go/
                sed -i "s,TOKEN_PATH,$PWD/outside/token," home/sources/static.yaml
                """,
            services: """
                chmod 700 home home/sources
                chmod 600 home/sources/static.yaml outside/token
                ip address add 93.184.216.40/32 dev lo
                rm -f origin-ready received
                '\(GoPrograms.shared.path)/origin' "$PWD" 93.184.216.40 2>origin.err &
                origin=$!
                trap 'kill -9 $world $origin' EXIT
                until [ -e origin-ready ]; do
                    kill -0 $origin || { cat origin.err; exit 99; }
                    sleep 0.02
                done
                """)
    }

    private static let rules = """
        connect: "https://origin.example"
            trust: ca.pem
            http:
              - {methods: [GET, HEAD], paths: ["/repos/${args.repo}/**", /public/*, /redirect, /repo.git/**]}
              - {methods: [POST], paths: [/upload], headers: {X-Debug: {absent: true}}, body: 1KiB}
        """

    private static let broker =
        "broker: {to: \"https://origin.example\", methods: [GET], paths: [/reflect, \"/repo.git/**\"], "

    private static func issuedTool(_ name: String, _ delivery: String) -> String {
        tool(
            name,
            "{connect: \"https://origin.example\", trust: ca.pem}\n  - {connect: \"http://good.example\", inspect: true}"
        )
            + "\ncredentials:\n  - {name: it, source: static, deliver: {\(delivery)}}\n"
    }

    private static func tool(_ name: String, _ grant: String) -> String {
        EgressScene.tool(name, "net", grant: grant, files: ["ca.pem", "other.pem"])
    }

    /// One call of a script.
    func run(_ script: String, by tool: String = "web.rules", to: [String] = [], repo: String = "octo/hello") throws
        -> JSON
    {
        try world.call(
            tool, ["script": .string(script), "to": .array(to.map(JSON.string)), "repo": .string(repo)])
    }

    /// What the origin was sent.
    func received() throws -> [JSON] {
        try world.file("received").split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
}

/// The Go programs of these tests, built once.
final class GoPrograms: Sendable {
    static let shared = GoPrograms()
    let path: String
    private let folder: TemporaryFolder

    private init() {
        guard let folder = try? TemporaryFolder() else { preconditionFailure("no temporary folder") }
        self.folder = folder
        path = folder.path
        for name in ["origin", "client"] {
            let source = InstalledAgentbox.checkout + "/Tests/EndToEnd/Inspection/\(name).go"
            let built = Command.run(
                [
                    "/usr/bin/env", "HOME=\(folder.path)", "GOFLAGS=-mod=mod", "CGO_ENABLED=0", "PATH=/usr/bin:/bin",
                    "/usr/bin/go", "build", "-o", folder(name), source,
                ], in: folder.path)
            precondition(built.status == 0, "go build \(name): \(built)")
        }
        _ = Command.run(["/bin/chmod", "-R", "a+rX", folder.path])
    }
}
