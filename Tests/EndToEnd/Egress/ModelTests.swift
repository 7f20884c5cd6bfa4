import StrictJSON
import TestSupport
import Testing

@Suite("The agent itself reaches the model endpoints of its intent, and nothing else")
struct ModelTests {
    private static let head = """
        models:
          - good.example
          - {connect: "near.example:8000", within: [127.0.0.0/8]}

        """

    /// An agent that is a script, in that network.
    private func agent(_ script: String, _ scene: EgressScene, after: String = "") throws -> Command.Result {
        try scene.scene.folder.write("agent.sh", try scene.trust() + script)
        scene.scene.giveAway()
        return scene.script(
            """
            agentbox run task.yaml \(EgressScene.catalogue(scene.scene).joined(separator: " ")) -- \
                /bin/bash -c "$(cat agent.sh)"
            \(after)
            """)
    }

    @Test(
        "its endpoints are there, everything else is nowhere, and what it did is on record", arguments: Person.possible)
    func reaches(person: Person) throws {
        let scene = try EgressScene(person, head: Self.head)
        let result = try agent(
            """
            curl -sS https://good.example/a.txt
            exec 3<>/dev/tcp/near.example/8000; cat <&3
            for place in http://good.example https://other.example http://93.184.216.34 http://127.0.0.1:8000; do
                curl -sSk -m 3 $place/a.txt && echo GOT-THROUGH
            done
            curl -sSk --connect-to other.example:443:good.example:443 https://other.example/a.txt && echo GOT-THROUGH
            agentbox call net.run script='curl -sS http://good.example/a.txt' to='["good.example:80"]'
            true
            """, scene)
        #expect(
            result.output == "hello from outside\nsecret of the host\nhello from outside\n", "\(result)")
        #expect(result.errorOutput.contains("the agent itself can connect to good.example:443, near.example:8000"))
        #expect(result.errorOutput.contains("the agent itself connected to good.example:443 2 times"), "\(result)")
        #expect(result.errorOutput.contains("asks for `other.example`"), "\(result)")
        let run = try #require(try scene.scene.runs().last)
        let used = try #require(
            run["ended"]?["outcome"]?["models"]?.arrayValue ?? run["outcome"]?["models"]?.arrayValue)
        #expect(used.count == 2 && used[0]["destination"] == "good.example:443", "\(run.encodedString())")
        #expect((used[0]["up"]?.integerValue ?? 0) > 0 && (used[0]["down"]?.integerValue ?? 0) > 0)
        let review = scene.scene.agentbox(["review", "--json"])
        #expect(review.output.contains("model-endpoints") && review.output.contains("good.example:443"), "\(review)")
        let explained = scene.scene.agentbox(
            ["intent", "explain"] + EgressScene.catalogue(scene.scene) + [
                "task.yaml", "http.get", "url=http://good.example/",
            ])
        #expect(
            explained.output.contains("can send whatever it knows to its model endpoints: good.example:443"),
            "\(explained)")
    }

    @Test("when the broker dies the agent's endpoints are served by the next one", arguments: Person.possible)
    func survives(person: Person) throws {
        let scene = try EgressScene(person, head: Self.head)
        try scene.scene.folder.write(
            "agent.sh",
            try scene.trust() + """
                curl -sS https://good.example/a.txt
                for i in $(seq 200); do sleep 0.1; [ -e /tmp/never ] || curl -sS -m 2 https://good.example/a.txt; done
                """)
        scene.scene.giveAway()
        let result = scene.script(
            """
            start run task.yaml \(EgressScene.catalogue(scene.scene).joined(separator: " ")) -- \
                /bin/bash -c "$(cat agent.sh)"
            until grep -q hello out; do kill -0 $process || break; sleep 0.05; done
            first=$(brokers)
            kill -9 $first
            until [ -n "$(brokers)" ] && [ "$(brokers)" != "$first" ]; do kill -0 $process || break; sleep 0.05; done
            before=$(grep -c hello out)
            until [ $(grep -c hello out) -gt $((before + 2)) ]; do kill -0 $process || break; sleep 0.05; done
            echo "$before $(grep -c hello out)"
            kill $process; kill $process; wait $process
            cat err
            """)
        let counts = result.output.split(separator: "\n").first?.split(separator: " ").compactMap { Int($0) } ?? []
        try #require(counts.count == 2, "\(result)")
        #expect(counts[1] > counts[0] + 2, "\(result)")
        #expect(result.output.contains("which is not known: the egress broker died"), "\(result)")
    }

    @Test("an intent without endpoints gives the agent no way out")
    func without() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try agent("curl -sS -m 3 https://good.example/a.txt || echo nowhere", scene)
        #expect(result.output == "nowhere\n", "\(result)")
    }

    @Test("a box without that network is refused")
    func refused() throws {
        let scene = try EgressScene(Person.possible[0], head: Self.head)
        try scene.scene.folder.write(
            "sandboxes/alone.yaml",
            "apiVersion: agentbox.dev/v1\nkind: Sandbox\nname: alone\ndescription: Alone.\nextends: agent\nnetwork: none\n"
        )
        let result = scene.scene.agentbox(
            ["run", "--sandbox", "alone"] + EgressScene.catalogue(scene.scene) + ["task.yaml", "--", "true"])
        #expect(result.status == 125 && result.errorOutput.contains("`network: granted`"), "\(result)")
    }
}
