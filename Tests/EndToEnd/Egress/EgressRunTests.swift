import StrictJSON
import TestSupport
import Testing

@Suite("Calls of one run share the broker, and nothing else")
struct EgressRunTests {
    @Test("two calls at once each reach what is theirs, at the same address of their own", arguments: Person.possible)
    func two(person: Person) throws {
        let scene = try EgressScene(person)
        func call(_ host: String, _ other: String) -> String {
            let script =
                "curl -sS http://\(host)/a.txt; getent hosts \(host); sleep 1; curl -sS -m 3 http://\(other)/a.txt; "
                + "curl -sS -m 3 -H Host:\(other) http://\(host)/a.txt"
            let arguments: JSON = ["script": .string(script), "to": [.string("\(host):80")]]
            return "agentbox call net.run --json '\(arguments.encodedString())'"
        }
        let agent = """
            \(call("good.example", "other.example")) >/tmp/one &
            \(call("other.example", "good.example")) >/tmp/two &
            wait; cat /tmp/one; echo; cat /tmp/two
            """
        try scene.scene.folder.write("agent.sh", agent)
        scene.scene.giveAway()
        let result = scene.script(
            """
            agentbox run task.yaml \(EgressScene.catalogue(scene.scene).joined(separator: " ")) -- \
                /bin/sh -c "$(cat agent.sh)"
            """)
        let answers = try result.output.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
            try JSON(parsing: String($0))
        }
        try #require(answers.count == 2, "\(result)")
        for (answer, host) in zip(answers, ["good.example", "other.example"]) {
            let text = answer["outcome"]?["stdout"]?.stringValue ?? ""
            #expect(text == "hello from outside\n127.80.0.1      \(host)\nhello from outside\n", "\(result)")
        }
        let calls = try #require(try scene.scene.runs().last?["calls"]?.arrayValue)
        for call in calls {
            let used = call["ended"]?["outcome"]?["egress"]?.arrayValue ?? []
            #expect(used.count == 1 && used[0]["connections"] == 2, "\(call.encodedString())")
            #expect(call["decided"]?["grants"] == [["connect": used.first?["destination"] ?? .null]])
        }
    }

    @Test("a call that connects waits for people, who see where to", arguments: Person.possible)
    func approved(person: Person) throws {
        let scene = try EgressScene(person, rules: "- approve: net.run")
        let arguments = #"{"script":"curl -sS http://good.example/a.txt","to":["good.example:80"]}"#
        try scene.scene.folder.write("agent.sh", "agentbox call net.run --json '\(arguments)'")
        scene.scene.giveAway()
        let result = scene.script(
            """
            start run task.yaml \(EgressScene.catalogue(scene.scene).joined(separator: " ")) -- \
                /bin/sh -c "$(cat agent.sh)"
            until id=$(agentbox approve list --json | grep -o '"request":"[^"]*"' | head -1 | cut -d'"' -f4) && [ -n "$id" ]
            do kill -0 $process || break; sleep 0.05; done
            [ -z "$(brokers)" ] && echo nobody connected
            agentbox approve show $id
            agentbox approve allow $id
            wait $process
            cat out err
            """)
        #expect(result.output.contains("nobody connected"), "\(result)")
        #expect(result.output.contains("connect") && result.output.contains("good.example:80"), "\(result)")
        #expect(result.output.contains("hello from outside"), "\(result)")
    }

    @Test("a hello that is begun and not finished ends, and is on record")
    func unfinished() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run(
            "exec 3<>/dev/tcp/good.example/443; printf '\\x16\\x03\\x01\\x02' >&3; cat <&3", to: ["good.example:443"])
        #expect(result.refusals == ["time": 1], "\(result.encodedString())")
        #expect(result.egress("good.example:443")?["up"] == 0)
    }

    @Test("a broker that does not answer is killed, and the next call has another")
    func silent() throws {
        let scene = try EgressScene(Person.possible[0])
        let call =
            #"agentbox call net.run --json '{"script":"curl -sS http://good.example/a.txt","to":["good.example:80"]}'"#
        try scene.scene.folder.write(
            "agent.sh",
            "\(call); touch /tmp/first; for i in $(seq 300); do [ -e /workspace/stopped ] && break; sleep 0.1; done; \(call); \(call)"
        )
        try scene.scene.folder.write(
            "sandboxes/seeing.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: seeing
            description: An agent that sees the workspace.
            extends: agent
            filesystem: {workspace: all}
            """)
        scene.scene.giveAway()
        let result = scene.script(
            """
            start run task.yaml --sandbox seeing \(EgressScene.catalogue(scene.scene).joined(separator: " ")) -- \
                /bin/sh -c "$(cat agent.sh)"
            until grep -q 'hello from outside' out; do kill -0 $process || break; sleep 0.05; done
            kill -STOP $(brokers)
            touch workspace/stopped
            wait $process
            cat out err
            """)
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("{") }
        try #require(lines.count == 3, "\(result)")
        #expect(lines[1].contains("egress-failed"), "\(result)")
        #expect(lines[2].contains("hello from outside"), "\(result)")
    }
}
