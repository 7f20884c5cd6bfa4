import StrictJSON
import TestSupport
import Testing

@Suite("A profile hides the names of the workspace that a call has no grant on")
struct OwnViewRunTests {
    private static func profile(_ filesystem: String) -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: narrow
        description: As build, on what the call names.
        extends: build
        filesystem: \(filesystem)
        """
    }

    private static let tool = """
        apiVersion: agentbox.dev/v1
        kind: Tool
        name: narrow.run
        version: 1.0.0
        title: Run a script
        description: Runs a script on two files and a folder.
        command: [/bin/sh, -c, "${args.script}"]
        input: argv
        inputSchema:
          type: object
          properties: {script: {type: string}, from: {type: string}, to: {type: string}}
          required: [script, from, to]
          additionalProperties: false
        sandbox: narrow
        grants: [{read: "${args.from}"}, {write: "${args.to}"}, {writeUnder: out}]
        """

    @Test("from the registry to the workspace", arguments: Person.possible)
    func call(person: Person) throws {
        let scene = try Scene(
            person, rules: "- allow: narrow.run",
            files: ["README.md": "hello\n", "secret.txt": "s\n", "notes/a": "a\n", "out/keep": "k\n"])
        try scene.folder.write("profiles/narrow.yaml", Self.profile("{workspace: granted, view: own}"))
        try scene.folder.write("tools/narrow.run/tool.yaml", Self.tool)
        scene.giveAway()
        let folders = ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("profiles")]
        #expect(scene.agentbox(["tool", "register", "narrow.run"] + folders).status == 0)
        let script = """
            find . | sort | tr '\\n' ' '; test -e secret.txt || test -e notes/b || echo hidden
            cat README.md >notes/a; echo new >out/new; echo x >secret.txt
            """
        let result = try scene.call(
            "narrow.run", ["script": .string(script), "from": "README.md", "to": "notes/a"], options: folders)
        let outcome = result["outcome"]
        #expect(outcome?["exit"] == 0, "\(result.encodedString())")
        #expect(
            outcome?["stdout"] == ". ./README.md ./notes ./notes/a ./out ./out/keep hidden\n",
            "\(result.encodedString())")
        let shown = scene.shell("cat notes/a out/new secret.txt")
        #expect(shown.output == "hello\nnew\ns\n", "\(shown)")
        let explain = scene.agentbox(
            [
                "sandbox", "explain", "--rerun", "narrow.run", "--json", "--workspace", scene.workspace, "--arguments",
                #"{"script": "cat secret.txt nowhere; true", "from": "README.md", "to": "notes/a"}"#,
            ] + folders)
        let explanations = try JSON(parsing: explain.output)["explanations"]?.arrayValue ?? []
        #expect(
            explanations.map { $0["what"] } == ["read `/workspace/secret.txt`"]
                && explanations[0]["layer"] == "view", "\(explain)")
        #expect(explanations[0]["reason"]?.stringValue?.contains("not in the call's view") == true, "\(explain)")
        // A name that is a link's is refused, with the name to write in its place.
        _ = scene.shell("ln -s README.md link")
        let link = try scene.call(
            "narrow.run", ["script": "true", "from": "link", "to": "notes/a"], options: folders)
        #expect(link["decision"] == "deny" && link.encodedString().contains("README.md"), "\(link.encodedString())")
    }

    @Test("what cannot be hidden is an error that says what to write")
    func contradiction() throws {
        let scene = try Scene(Person.possible[0], rules: "- allow: narrow.run")
        try scene.folder.write("profiles/narrow.yaml", Self.profile("{view: own}"))
        let result = scene.agentbox(["sandbox", "show", "narrow", "--sandboxes", scene.folder("profiles")])
        #expect(result.status == 125 && result.errorOutput.contains("write `workspace: granted`"), "\(result)")
        try scene.folder.write("profiles/narrow.yaml", Self.profile("{workspace: granted, view: mine}"))
        let word = scene.agentbox(["sandbox", "check", scene.folder("profiles/narrow.yaml")])
        #expect(word.status != 0 && word.errorOutput.contains("6:40"), "\(word)")
    }
}
