import Glibc
import StrictJSON
import Testing
import TestSupport

@Suite("agentbox console")
struct ConsoleCommandTests {
    /// What curl gets with a session of its own.
    private static func get(_ link: String, _ scene: Scene) -> Command.Result {
        Command.run(
            scene.person.prefix + [
                "/usr/bin/curl", "-s", "-L", "-b", "", "-w", "\n%{http_code}", link,
            ])
    }

    /// What it prints once it listens.
    private static func hello(_ console: BackgroundAgentbox) throws -> JSON {
        let line = try #require(try console.line())
        return try JSON(parsing: line)
    }

    @Test("it prints a link that opens once, for its user, and another for each line", arguments: Person.possible)
    func opens(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        #expect(scene.agentbox(["call", "--intent", scene.intent, "fs.read", "path=README.md"]).status == 0)
        let console = try BackgroundAgentbox(scene, ["console", "--json"])
        defer { console.kill() }
        let hello = try Self.hello(console)
        let link = try #require(hello["url"]?.stringValue)
        #expect(link.hasPrefix("http://localhost:\(hello["port"]?.integerValue ?? 0)/open?token="))
        let page = Self.get(link, scene)
        #expect(page.output.hasSuffix("\n200"), "\(page.output)")
        #expect(page.output.contains("<h1>Runs</h1>") && page.output.contains("test"))
        #expect(Self.get(link, scene).output.hasSuffix("\n403"))
        console.signal(SIGTERM)
        #expect(console.wait() == 0)
    }

    @Test("of another user it takes nothing", .enabled(if: geteuid() == 0))
    func others() throws {
        let scene = try Scene(.root, rules: "- allow: fs.read")
        let console = try BackgroundAgentbox(scene, ["console", "--json"])
        defer { console.kill() }
        let link = try #require(Self.hello(console)["url"]?.stringValue)
        let other = Command.run(Person.ordinaryUser.prefix + ["/usr/bin/curl", "-s", "-w", "%{http_code}", link])
        #expect(other.status != 0 && other.output == "000")
        #expect(Self.get(link, scene).output.hasSuffix("\n200"))
    }

    @Test("inside of a run there is none")
    func inside() throws {
        let person = Person.possible[0]
        let scene = try Scene(person, rules: "- allow: fs.read")
        let told = scene.agentbox(["console"], environment: ["AGENTBOX_SOCKET": "/run/agentbox/registry.sock"])
        #expect(told.status == 125 && told.errorOutput.contains("no console inside of a run"))
        let run = scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", "unset AGENTBOX_SOCKET; exec agentbox console"])
        #expect(run.status == 125 && run.errorOutput.contains("no console inside of a run"), "\(run.errorOutput)")
    }

    @Test("a port that is taken, and an address that is not the loopback's, are errors")
    func ports() throws {
        let scene = try Scene(Person.possible[0], rules: "- allow: fs.read")
        let console = try BackgroundAgentbox(scene, ["console", "--json"])
        defer { console.kill() }
        let port = try #require(Self.hello(console)["port"]?.integerValue)
        let second = scene.agentbox(["console", "--port", "\(port)"])
        #expect(second.status == 125 && second.errorOutput.contains("cannot listen on port \(port)"))
        for words in [["--host", "0.0.0.0"], ["--address", "0.0.0.0"], ["--port", "70000"], ["--port", "-1"]] {
            #expect(scene.agentbox(["console"] + words).status == 125)
        }
    }
}
