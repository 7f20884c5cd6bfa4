import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A secret is where its delivery puts it, and nowhere else")
struct CredentialDeliveryTests {
    static let cases: [(person: Person, source: String, tool: String)] = Person.possible.flatMap { person in
        ["static", "tokens", "ids"].flatMap { source in
            CredentialScene.deliveries.map { (person, source, $0.tool) }
        }
    }

    @Test(
        "looked for in environment, arguments, memory and files of the box, and in all that agentbox keeps",
        arguments: cases)
    func found(person: Person, source: String, tool: String) throws {
        // A certificate's key has lines, and a variable takes it as it is.
        let scene = try CredentialScene(person, source: source)
        let (json, seen, token) = try scene.look(tool)
        if source == "static" { #expect(token == scene.secret) }
        try #require(token.utf8.count > 40, "the control: the tool has it: \(json)")
        // The downgrade is the control of the search, which finds what is there.
        let isDowngraded = tool == "look.environment"
        #expect(seen.contains("environment") == isDowngraded, "\(seen)")
        #expect(seen.contains("memory") == isDowngraded, "\(seen)")
        #expect(seen.filter { $0 != "environment" && $0 != "memory" }.isEmpty, "\(seen)")
        // What the tool says of it is the tool's to say: that is on record, and nothing else.
        let part = String(token.split(separator: "\n").dropFirst().first ?? token[...])
        let kept = scene.filesOfHome(with: part)
        #expect(kept.allSatisfy { $0.hasPrefix("/ledger/data") }, "\(kept)")
        let credential = try #require(json["outcome"]?["credentials"]?.arrayValue?.first)
        #expect(credential["source"]?.stringValue == source)
        #expect(credential["outcome"] == (source == "static" ? "remains" : "expires"), "\(credential)")
        #expect(credential["residual"] != nil, "what nobody can end is said to go on")
    }

    @Test("what a tool does not say is nowhere", arguments: Person.possible)
    func notSaid(person: Person) throws {
        let scene = try CredentialScene(person)
        _ = try scene.call("look.nothing")
        #expect(scene.filesOfHome(with: scene.secret).isEmpty)
        let log = scene.scene.agentbox(["audit", "log", "--all", "--json"])
        #expect(log.status == 0 && !log.output.contains(scene.secret))
    }
}
