import StrictJSON
import TestSupport
import Testing

@Suite("What a call may do to the broker is limited, and ends with the call")
struct EgressLimitTests {
    @Test("a flood of connections meets the limit, and the next call does not notice", arguments: Person.possible)
    func flood(person: Person) throws {
        let scene = try EgressScene(person)
        let flood = """
            python3 -c '
            import socket
            held = []
            for i in range(600):
                try:
                    c = socket.create_connection(("good.example", 9), timeout=5)
                    held.append(c)
                except OSError as error:
                    pass
            print(len(held))
            '
            """
        let result = try scene.call(
            "net.little", ["script": .string(flood), "to": ["good.example:9"]],
            after:
                "call net.run '{\"script\":\"curl -sS http://good.example/a.txt\",\"to\":[\"good.example:80\"]}' >next.json"
        )
        // Three at once; those that come after the first three's time is over are three more.
        let connections = result.egress("good.example:9")?["connections"]?.integerValue ?? 0
        #expect((3...60).contains(connections), "\(result.encodedString())")
        #expect((result.refusals["connections"] ?? 0) > 400, "\(result.encodedString())")
        let next = try JSON(parsing: scene.file("next.json"))
        #expect(next.written == "hello from outside\n")
    }

    @Test("an endless stream ends at the limit of its bytes")
    func endless() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run(
            "cat </dev/tcp/good.example/19 | wc -c", to: ["good.example:19"], by: "net.little")
        #expect(result.refusals == ["traffic": 1], "\(result.encodedString())")
        #expect(result.egress("good.example:19")?["down"] == 1_048_576)
    }

    @Test("a connection that does nothing ends at the limit of its time")
    func slow() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run("cat </dev/tcp/good.example/9", to: ["good.example:9"], by: "net.little")
        #expect(result.refusals == ["time": 1], "\(result.encodedString())")
    }

    @Test("the broker is in a box: no root, no privileges, a filter, and nothing to read", arguments: Person.possible)
    func confined(person: Person) throws {
        let scene = try EgressScene(person)
        let result = scene.script(
            """
            start call --intent task.yaml \(EgressScene.catalogue(scene.scene).joined(separator: " ")) net.run \
                --json '{"script":"cat </dev/tcp/good.example/9","to":["good.example:9"]}'
            until [ -n "$(brokers)" ]; do sleep 0.05; done
            broker=$(brokers | head -1)
            until grep -q '^Seccomp:.2' /proc/$broker/status; do sleep 0.05; done
            sleep 0.3
            grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' /proc/$broker/status
            (cd /proc/$broker/root && find . -xdev -type f; ls)
            kill -9 $process
            until [ -z "$(brokers)" ]; do sleep 0.05; done
            echo gone
            """)
        let text = result.output
        #expect(text.contains("CapEff:\t0000000000000000"), "\(result)")
        #expect(text.contains("NoNewPrivs:\t1") && text.contains("Seccomp:\t2"), "\(result)")
        #expect(!text.contains("Uid:\t0"), "\(result)")
        #expect(!text.contains("usr") && !text.contains("home"), "\(result)")
        #expect(text.hasSuffix("gone\n"), "\(result)")
    }

    @Test("when the broker dies the call fails and says so, and the next call has another", arguments: Person.possible)
    func killed(person: Person) throws {
        let scene = try EgressScene(person)
        let long = #"{"script":"cat </dev/tcp/good.example/9; sleep 20","to":["good.example:9"]}"#
        let short = #"{"script":"curl -sS http://good.example/a.txt","to":["good.example:80"]}"#
        let result = scene.script(
            """
            start run task.yaml \(EgressScene.catalogue(scene.scene).joined(separator: " ")) -- /bin/sh -c \
                'agentbox call net.run --json '\\''\(long)'\\''; agentbox call net.run --json '\\''\(short)'\\'''
            until [ -n "$(brokers)" ]; do kill -0 $process || break; sleep 0.05; done
            sleep 1
            kill -9 $(brokers)
            wait $process
            cat out err
            """)
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("{") }
        try #require(lines.count == 2, "\(result)")
        let first = try JSON(parsing: String(lines[0]))
        #expect(
            first["outcome"]?["failure"]?["code"] == "egress-failed" || lines[0].contains("egress-failed"), "\(result)")
        #expect(lines[1].contains("hello from outside"), "\(result)")
    }
}
