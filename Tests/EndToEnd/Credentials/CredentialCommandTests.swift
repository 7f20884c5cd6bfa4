import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@Suite("A person sees which credentials there are, tries them, and reads what became of them")
struct CredentialCommandTests {
    private let scene: CredentialScene

    init() throws { scene = try CredentialScene(Person.possible[0]) }

    private func agentbox(_ words: String...) -> Command.Result { scene.scene.agentbox(words) }

    @Test func `sources are listed and checked`() throws {
        let list = agentbox("credential", "list", "--json")
        let names = try JSON(parsing: list.output)["sources"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(list.status == 0 && names == ["ids", "static", "tokens"])
        #expect(agentbox("credential", "list").output.contains("static"))
        let check = agentbox("credential", "check")
        #expect(check.status == 0 && check.output.contains("nothing ends what it hands out"), "\(check)")

        try scene.write(source: "broken", "type: jwt\noptions: {issuer: here}")
        scene.scene.giveAway()
        let broken = agentbox("credential", "check")
        #expect(broken.status == 1)
        #expect(
            broken.errorOutput.contains("broken.yaml:5:") && broken.errorOutput.contains("`audiences`"), "\(broken)")
        #expect(try JSON(parsing: agentbox("credential", "check", "--json").output)["valid"] == false)
    }

    @Test func `a source that does not load is refused with its file, and takes nothing else with it`() throws {
        func call(_ tool: String) -> Command.Result {
            scene.scene.agentbox(
                ["call", "--intent", scene.scene.intent] + scene.catalogue + [tool, "--json", "{}"])
        }
        #expect(call("look.memfd").status == 0, "the control")
        try scene.write(
            source: "static", "type: file\noptions: {path: \(scene.scene.folder("outside/token"))}\nnosuch: 1")
        scene.scene.giveAway()
        for words in [
            ["call", "--intent", scene.scene.intent] + scene.catalogue + ["look.nothing", "--json", "{}"],
            ["run", scene.scene.intent] + scene.catalogue + ["--", "/bin/true"],
            ["intent", "explain", scene.scene.intent] + scene.catalogue + ["look.nothing"],
            ["credential", "test", "tokens", "--scope", #"{"scope": "read"}"#],
        ] {
            let result = scene.scene.agentbox(words)
            #expect(result.status == 0, "\(words): \(result)")
            let notes = result.errorOutput.split(separator: "\n").filter { $0.contains("static.yaml") }
            #expect(
                notes.count == 1 && notes[0].contains("static.yaml:6:1: ") && notes[0].contains("nosuch"), "\(result)")
        }
        let refused = call("look.memfd")
        #expect(refused.status == 126, "\(refused)")
        #expect(refused.output.contains("`$AGENTBOX_HOME/sources/static.yaml`, which sets it up, does not load"))
        #expect(!refused.output.contains(scene.scene.home), "the agent is told no path of the host")
        #expect(agentbox("credential", "test", "static").errorOutput.contains("static.yaml:6:1"))
        #expect(agentbox("credential", "test", "static").status == 125)
        #expect(agentbox("credential", "jwks").status == 125, "a set that lacks keys would replace a whole one")
        #expect(agentbox("credential", "jwks", "tokens").status == 0)
        let list = agentbox("credential", "list")
        #expect(list.status == 0 && list.output.contains("tokens") && !list.output.contains("static"), "\(list)")
        let intent = scene.scene.agentbox(["intent", "check", scene.scene.intent] + scene.catalogue)
        #expect(intent.status == 0 && intent.output.contains("static.yaml` does not load"), "\(intent)")
    }

    @Test func `a call without its source is explained with every rule and what it would open`() throws {
        let words = ["intent", "explain", scene.scene.intent] + scene.catalogue + ["look.memfd"]
        #expect(scene.scene.agentbox(words).status == 0, "the control")
        unlink(scene.scene.folder("home/sources/static.yaml"))
        let explained = scene.scene.agentbox(words)
        #expect(explained.status == 126, "\(explained)")
        #expect(explained.output.contains("`$AGENTBOX_HOME/sources/static.yaml` sets it up"), "\(explained)")
        #expect(
            explained.output.contains("allow look.memfd") && explained.output.contains("not matched"), "\(explained)")
        #expect(explained.output.contains("credential `it` of `static`: MISSING"), "\(explained)")
        let json = try JSON(parsing: scene.scene.agentbox(words + ["--json"]).output)
        #expect(json["rules"]?.arrayValue?.isEmpty == false && json["code"] == "credential-unavailable")
        #expect(json["credentials"]?[0]?["source"] == "static" && json["credentials"]?[0]?["problem"] != nil)
    }

    @Test func `a list says why a source is not open`() throws {
        #expect(!agentbox("credential", "list").output.contains("unusable"), "the control")
        unlink(scene.scene.folder("outside/token"))
        let list = agentbox("credential", "list")
        #expect(list.output.contains("unusable"), "\(list)")
        #expect(list.output.contains("static is unusable: ") && list.output.contains("outside/token"), "\(list)")
    }

    @Test func `a secret that is missing, open to others or somebody else's is found before it is needed`() throws {
        let file = scene.scene.folder("outside/token")
        func check(_ variable: String? = nil) throws -> (status: Int32, item: JSON) {
            let environment = variable.map { [$0: "a-secret-of-the-environment"] } ?? [:]
            let result = scene.scene.agentbox(["credential", "check", "--json"], environment: environment)
            let items = try JSON(parsing: result.output)["sources"]?.arrayValue ?? []
            let name =
                variable == nil && access(scene.scene.folder("home/sources/held.yaml"), F_OK) == 0 ? "held" : "static"
            return (result.status, items.first { $0["name"]?.stringValue == name } ?? .null)
        }
        #expect(try check().status == 0, "the control")
        chmod(file, 0o644)
        let open = try check()
        #expect(open.status == 0 && open.item.encodedString().contains("others can read the secret"), "\(open)")
        #expect(agentbox("credential", "check").output.contains("chmod 600"))
        chmod(file, 0o666)
        let written = try check()
        #expect(written.status == 1 && written.item["problem"]?.stringValue?.contains("other users can write") == true)
        chmod(file, 0o600)
        if geteuid() == 0 {
            chown(file, 65534, 65534)
            let foreign = try check()
            #expect(foreign.status == 1, "\(foreign)")
            #expect(
                foreign.item["problem"]?.stringValue?.contains("belongs to user 65534") == true
                    || foreign.item["problem"]?.stringValue?.contains("ermission denied") == true, "\(foreign)")
        }
        unlink(file)
        let missing = try check()
        #expect(
            missing.status == 1 && missing.item["problem"]?.stringValue?.contains("no such file") == true, "\(missing)")
        #expect(agentbox("credential", "check").output.contains("cannot be used"))
        try scene.scene.folder.write("outside/token", "a-secret-of-the-file\n", mode: 0o600)
        try scene.write(source: "held", "type: environment\noptions: {variable: HELD_TOKEN}")
        scene.scene.giveAway()
        let unset = try check()
        #expect(unset.status == 1 && unset.item["problem"]?.stringValue?.contains("no variable `HELD_TOKEN`") == true)
        #expect(try check("HELD_TOKEN").status == 0)
        let said = agentbox("credential", "check", "--json")
        #expect(!(said.output + said.errorOutput).contains("a-secret-of"), "\(said)")
    }

    @Test func `a credential of a source that is not set up is warned of where tools and intents are checked`() throws {
        let check = ["tool", "check", "look.memfd"] + scene.catalogue
        #expect(!scene.scene.agentbox(check).errorOutput.contains("there is none of that name"), "the control")
        rename(scene.scene.folder("home/sources/static.yaml"), scene.scene.folder("home/sources/statics.yaml"))
        try scene.write(source: "statics", "type: environment\noptions: {variable: PATH}")
        scene.scene.giveAway()
        let tool = scene.scene.agentbox(check)
        #expect(tool.status == 0 && tool.errorOutput.contains("of the source `static`, and there is none"), "\(tool)")
        #expect(tool.errorOutput.contains("did you mean `statics`?"), "\(tool)")
        let intent = scene.scene.agentbox(["intent", "check", scene.scene.intent] + scene.catalogue)
        #expect(
            intent.output.contains(
                "5 tools need credentials of the source `static`: `look.asks`, `look.environment`, `look.file` and 2 more"
            ),
            "\(intent)")
        #expect(!intent.output.contains("look.nothing` need"))
    }

    @Test func `a test takes one through its life, and shows no secret`() throws {
        let tokens = agentbox("credential", "test", "tokens", "--scope", #"{"scope": "read"}"#, "--json")
        let json = try JSON(parsing: tokens.output)
        #expect(tokens.status == 0 && json["passed"] == true && json["revocability"] == "R1", "\(tokens)")
        #expect(
            json["timeline"]?.arrayValue?.compactMap { $0["step"]?.stringValue } == [
                "plan", "mint", "use", "revoke", "probe",
            ])
        let kept = agentbox("credential", "test", "static")
        #expect(kept.status == 0 && !(kept.output + kept.errorOutput).contains(scene.secret), "\(kept)")
        #expect(agentbox("credential", "test", "tokens", "--scope", #"{"audience": "x"}"#).status == 1)
        #expect(agentbox("credential", "test", "none").status == 125)
        #expect(agentbox("credential", "test", "tokens", "--scope", "[]").status == 125)
    }

    @Test func `keys are printed for who verifies`() throws {
        let keys = agentbox("credential", "jwks")
        let all = try #require(try JSON(parsing: keys.output)["keys"]?.arrayValue)
        #expect(keys.status == 0 && all.count == 2)
        #expect(all.contains { $0["kty"] == "OKP" && $0["x"]?.stringValue?.utf8.count == 43 && $0["d"] == nil })
        #expect(all.contains { $0["use"] == "x509-svid" && $0["x5c"]?.arrayValue?.count == 1 })
        #expect(agentbox("credential", "jwks", "tokens").output != keys.output)
        #expect(agentbox("credential", "jwks").output == keys.output, "they stay")
        #expect(agentbox("credential", "jwks", "static").status == 125)
    }

    @Test func `a downgrade is warned of, and a preview says what a call is issued`() throws {
        let check = scene.scene.agentbox(["tool", "check", "look.environment"] + scene.catalogue)
        #expect(check.status == 0 && (check.output + check.errorOutput).contains("is downgraded"), "\(check)")
        let other = scene.scene.agentbox(["tool", "check", "look.memfd"] + scene.catalogue)
        #expect(other.output.contains("is issued it of the source static, by memfd"), "\(other)")
        #expect(!(other.output + other.errorOutput).contains("is downgraded"))
        let explained = scene.scene.agentbox(
            ["intent", "explain", scene.scene.intent] + scene.catalogue + ["look.memfd"])
        #expect(explained.output.contains("credential `it` of `static`"), "\(explained)")
        #expect(explained.output.contains("NOTHING ends it after the call"))
    }

    @Test func `a source that is not there denies the call, and nothing is issued`() throws {
        unlink(scene.scene.folder("home/sources/static.yaml"))
        let json = try scene.call("look.memfd")
        #expect(json["decision"] == "deny" && json["code"] == "credential-unavailable", "\(json)")
        #expect(try scene.call("look.nothing")["decision"] == "allow", "the control")
    }

    @Test func `the record says what was issued and what became of it`() throws {
        _ = try scene.call("look.memfd")
        let log = agentbox("audit", "log")
        #expect(log.output.contains("credential it of static (R0): nothing ends it"), "\(log)")
        #expect(agentbox("audit", "verify").status == 0)
        let run = try #require(try scene.scene.runs().last)
        let call = try #require(run["calls"]?.arrayValue?.first)
        let decided = try #require(call["decided"]?["credentials"]?.arrayValue?.first)
        #expect(decided["name"] == "it" && decided["source"] == "static" && decided["deliver"]?["memfd"] != nil)
        #expect(call["leases"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } == ["lease-begun", "lease-ended"])
    }

    @Test func `an approver is shown what would be issued, and a yes issues exactly that`() throws {
        let agent = try BackgroundAgentbox(
            scene.scene,
            ["run", scene.scene.intent] + scene.catalogue + [
                "--", "/bin/sh", "-c", "agentbox call look.asks >/dev/null 2>&1; echo \"ended $?\"",
            ])
        var request: String?
        for _ in 0..<600 where request == nil {
            usleep(50_000)
            let waiting = agentbox("approve", "list", "--json").output.split(separator: "\n").first
            request = try waiting.flatMap { try JSON(parsing: String($0))["request"]?.stringValue }
        }
        let waiting = try #require(request, "nobody was asked")
        let shown = agentbox("approve", "show", waiting)
        #expect(shown.output.contains("CREDENTIALS that are issued to it"), "\(shown)")
        #expect(shown.output.contains("credential `it` of `static`"), "\(shown)")
        #expect(agentbox("approve", "allow", waiting).status == 0)
        #expect(try agent.line() == "ended 0")
        _ = agent.wait()
        let call = try #require(try scene.scene.runs().last?["calls"]?.arrayValue?.last)
        #expect(call["decided"]?["approval"]?["request"]?.stringValue == waiting)
        #expect(call["leases"]?.arrayValue?.count == 2, "\(call)")
    }

    @Test func `a host that is killed while its call runs leaves a lease that the next start ends`() throws {
        let result = scene.scene.script(
            """
            start call --intent task.yaml \(scene.catalogue.joined(separator: " ")) look.slow --json '{}'
            for attempt in $(seq 300); do
                agentbox credential list --json >list; grep -q '"open": *1' list && break
                kill -0 $process 2>/dev/null || break
                sleep 0.1
            done
            cat list
            kill -9 $process
            agentbox call --intent task.yaml \(scene.catalogue.joined(separator: " ")) look.nothing --json '{}' >/dev/null
            echo; echo then; agentbox credential list --json
            """)
        let parts = result.output.split(separator: "\nthen\n", maxSplits: 1)
        try #require(parts.count == 2, "\(result)")
        func open(_ text: Substring) throws -> Int64 {
            try JSON(parsing: String(text))["sources"]?.arrayValue?.reduce(0) { $0 + ($1["open"]?.integerValue ?? 0) }
                ?? -1
        }
        #expect(try open(parts[0]) == 1, "the control: there was one: \(result)")
        #expect(try open(parts[1]) == 0, "\(result)")
    }
}
