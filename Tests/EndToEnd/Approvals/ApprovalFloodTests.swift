import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("An agent that asks for ten thousand approvals drowns nobody")
struct ApprovalFloodTests {
    /// Sends ten thousand calls that need people, as fast as it can, and counts the answers by their codes.
    private static let agent = """
        import collections, json, subprocess, sys
        server = subprocess.Popen(["agentbox", "connect"], stdin=-1, stdout=-1, text=True)
        def send(message):
            server.stdin.write(json.dumps(dict(message, jsonrpc="2.0")) + "\\n"); server.stdin.flush()
        send(dict(id=0, method="initialize", params=dict(
            protocolVersion="2025-11-25", capabilities={}, clientInfo=dict(name="x", version="1"))))
        server.stdout.readline()
        send(dict(method="notifications/initialized"))
        codes, open_, sent, reported = collections.Counter(), 0, 0, False
        while sent < 10000 or open_:
            while sent < 10000 and open_ < 60:
                sent += 1; open_ += 1
                send(dict(id=sent, method="tools/call", params=dict(
                    name="fs.write", arguments=dict(path="docs/%d.txt" % sent, content="x"))))
            if sent == 10000 and open_ == 32 and not reported:
                print(json.dumps(codes), flush=True); reported = True
            answer = json.loads(server.stdout.readline())
            if "id" not in answer: continue
            open_ -= 1
            result = answer.get("result") or {}
            reasons = [value.get("code") for value in (result.get("_meta") or {}).values() if isinstance(value, dict)]
            codes["done" if not result.get("isError") else next(filter(None, reasons), str(answer)[:200])] += 1
        print(json.dumps(codes), flush=True)
        """

    @Test("32 wait, the rest is refused at once, and the record stays small")
    func flood() throws {
        let approvals = try ApprovalScene(by: "{expires: 10m}")
        let scene = approvals.scene
        try scene.folder.write("agent/agent.py", Self.agent)
        scene.giveAway()
        let script = scene.folder("agent/agent.py")
        let agent = try BackgroundAgentbox(
            scene, ["run", scene.intent, "--read", scene.folder("agent"), "--", "/usr/bin/python3", script])
        let first = try JSON(parsing: try #require(try agent.line()))
        #expect(first["too-many-approvals"] == 9968, "\(first)")
        let ids = try approvals.requests(32)
        #expect(ids.count == 32)
        // The controls: one that waits can be approved, and there is a place for the next.
        #expect(approvals.allow(ids[0]).output == "allowed\n")
        for id in ids.dropFirst() { _ = approvals.deny(id) }
        let last = try JSON(parsing: try #require(try agent.line()))
        // After three noes the others are asked about no more.
        #expect(last["done"] == 1 && last["approval-denied"] == 3 && last["approvals-paused"] == 28, "\(last)")
        #expect(agent.wait() == 0)
        #expect(try approvals.record().count { $0["kind"] == "approval-asked" } == 32)
        var status = stat()
        #expect(stat(scene.home + "/ledger/log", &status) == 0 && status.st_size < 2 << 20, "\(status.st_size) bytes")
        #expect(stat(scene.home + "/state/state.sqlite", &status) == 0 && status.st_size < 8 << 20)
    }

    /// Asks with a long text and gives up, again and again, and then asks once more.
    private static let quitter = """
        import json, subprocess, sys
        server = subprocess.Popen(["agentbox", "connect"], stdin=-1, stdout=-1, text=True)
        def send(message):
            server.stdin.write(json.dumps(dict(message, jsonrpc="2.0")) + "\\n"); server.stdin.flush()
        send(dict(id=0, method="initialize", params=dict(
            protocolVersion="2025-11-25", capabilities={}, clientInfo=dict(name="x", version="1"))))
        server.stdout.readline()
        send(dict(method="notifications/initialized"))
        def call(id):
            send(dict(id=id, method="tools/call", params=dict(
                name="exec.run", arguments=dict(argv=["true", "z" * 4000]))))
        for id in range(1, 401):
            call(id)
            import time; time.sleep(0.02)
            send(dict(method="notifications/cancelled", params=dict(requestId=id)))
        time.sleep(1)
        call(1000)
        while True:
            answer = json.loads(server.stdout.readline())
            if answer.get("id") == 1000: break
        print("too-many-approvals" in json.dumps(answer), flush=True)
        sys.stdin.readline()
        """

    @Test("questions that are given up come to an end, and their texts are not kept")
    func givenUp() throws {
        let approvals = try ApprovalScene(rules: "- approve: exec.run\n  by: {expires: 10m}")
        let scene = approvals.scene
        try scene.folder.write("agent/agent.py", Self.quitter)
        scene.giveAway()
        let agent = try BackgroundAgentbox(
            scene,
            [
                "run", scene.intent, "--read", scene.folder("agent"), "--", "/usr/bin/python3",
                scene.folder("agent/agent.py"),
            ])
        #expect(try agent.line() == "True")
        agent.kill()
        let asked = try approvals.record().count { $0["kind"] == "approval-asked" }
        // The control: that many are asked.
        #expect((100...132).contains(asked), "\(asked)")
        let all = scene.agentbox(["approve", "list", "--all", "--json"]).output
        #expect(all.contains("cancelled") && !all.contains("zzzz"))
    }
}
