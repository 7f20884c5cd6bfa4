import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("The words of an HTTP tool's command are checked before a call finds out")
struct HTTPToolCheckTests {
    private let scene: Scene

    static let head = "agentbox-http-request, --method, GET, --base, https://pets.example.com, --path, \"/pets/{id}\""
    static let properties = "id: {type: string}, page: {type: integer}"
    static let many = "--query, page, --answer, many, --pick, name, --page, page"
    static let schema =
        "{type: object, properties: {items: {type: array, items: {type: object, properties: {name: {}}, "
        + "additionalProperties: false}}, nextPage: {type: integer}, shortened: {type: integer}}, additionalProperties: false}"

    init() throws { scene = try Scene(.possible[0], rules: "- allow: fs.read") }

    private func check(_ words: String, output: String = schema, head: String = head) throws -> Command.Result {
        try scene.folder.write(
            "tools/pets/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: pets
            version: 1.0.0
            description: Lists pets.
            command: [\(head), \(words)]
            inputSchema: {type: object, properties: {\(Self.properties)}, required: [id], additionalProperties: false}
            outputSchema: \(output)
            sandbox: fetch
            grants: [{connect: "https://pets.example.com"}]

            """)
        scene.giveAway()
        return scene.agentbox(["tool", "check", "pets", "--tools", scene.folder("tools")])
    }

    @Test(
        "mistakes are named with their word",
        arguments: [
            ("--query, page, --answer, some", "command[10]: no answer is taken as `some`"),
            ("--query, page, --answer, manny=items", "command[10]: no answer is taken as"),
            ("--query, page, --answer, one, --pick, a..b", "command[12]: `a..b` is no path"),
            ("--query, page, --answer, one", "command[10]: without `--pick` nothing of the answer comes back"),
            ("--query, page, --pick, name", "command[9]: `--pick` means nothing without `--answer`"),
            ("--query, page, --answer, one, --pick, name, --page, page", "command[13]: `--page` means nothing"),
            (
                "--query, page, --answer, many, --pick, name, --page, pag",
                "`pag`, so no call can ask for the next page; did you mean `page`?"
            ),
            ("--query, page, --answer, many, --pick, a=x, --pick, a=y", "two parts are called `a`"),
            (
                "--field, pge",
                "command[8]: the argument `pge` is not among the properties of `inputSchema`; did you mean `page`?"
            ),
            ("--feld, page", "command[7]: the program takes no word `--feld`; did you mean `--field`?"),
            ("--query", "command[7]: `--query` has no value"),
            ("--fixed, Accept", "command[8]: `Accept` is no pair"),
            ("--answer, text", "the argument `page` goes nowhere"),
            ("--query, page, --bearer, TOKEN", "command[10]: no credential of the tool is in the variable `TOKEN`"),
            ("--query, page, --join, \"q={word\"", "has a `{` without a `}`"),
        ])
    func words(words: String, problem: String) throws {
        let result = try check(words)
        #expect(result.status == 1 && result.errorOutput.contains("tool.yaml:6:"), "\(result)")
        #expect(result.errorOutput.contains(problem), "\(result)")
        let register = scene.agentbox(["tool", "register", "pets", "--tools", scene.folder("tools")])
        #expect(register.status != 0 && register.errorOutput.contains(problem), "\(register)")
    }

    @Test(
        "an output schema has to take what comes of an answer",
        arguments: [
            ("{type: array}", "outputSchema.type: the output of `--answer many` is an object"),
            (
                schema.replacing("nextPage: {type: integer}, ", with: ""),
                "may hold `nextPage`, which the schema does not allow"
            ),
            (schema.replacing("{name: {}}", with: "{nam: {}}"), "an item of `--answer many` may hold `name`"),
            (
                schema.replacing("nextPage: {type: integer}", with: "nextPage: {type: boolean}"),
                "has `nextPage` as integer or string"
            ),
            ("{type: object, required: [rows]}", "never holds `rows`, which is required"),
            ("{type: object, properties: {items: {type: array, minItems: 1}}}", "of an empty list gives"),
        ])
    func output(output: String, problem: String) throws {
        let result = try check(Self.many, output: output)
        #expect(result.status == 1 && result.errorOutput.contains("tool.yaml:8:"), "\(result)")
        #expect(result.errorOutput.contains(problem), "\(result)")
    }

    @Test("what is right passes, and so do the bundled tools")
    func sound() throws {
        let result = try check(Self.many)
        #expect(result.status == 0, "\(result)")
        #expect(try check("--query, page", output: "{type: object}").status == 0)
        for tool in [
            "github.issue.list", "github.issue.create", "github.pull.diff", "github.search.code", "http.request",
        ] {
            #expect(scene.agentbox(["tool", "check", tool]).status == 0, "\(tool)")
        }
    }

    @Test("an OpenAPI operation that there is not is named with those that there are, and what exists stays as it is")
    func new() throws {
        try scene.folder.write(
            "api.yaml",
            """
            openapi: 3.1.0
            servers: [{url: "https://pets.example.com"}]
            paths:
              /pets: {get: {operationId: listPets}, post: {operationId: createPet}}

            """)
        scene.giveAway()
        let wrong = scene.agentbox(["tool", "new", "pets", "--http", "api.yaml", "--operation", "list-pet"])
        #expect(wrong.status == 125 && wrong.errorOutput.contains("api.yaml:4:"), "\(wrong)")
        #expect(
            wrong.errorOutput.contains("did you mean `list-pets`? there are `create-pet` and `list-pets`"), "\(wrong)")
        let one = scene.agentbox(["tool", "new", "pets", "--http", "api.yaml", "--operation", "list-pets"])
        #expect(one.status == 0 && one.output.contains("wrote 1 manifest:"), "\(one)")
        let again = scene.agentbox(["tool", "new", "pets", "--http", "api.yaml"])
        #expect(again.status != 0 && again.errorOutput.contains("`pets.list-pets` exists"), "\(again)")
        #expect(access(scene.folder("pets.create-pet"), F_OK) != 0, "nothing was written")
        let untested = scene.agentbox(["tool", "test", "pets.list-pets", "--tools", scene.folder.path])
        #expect(untested.status == 0 && !untested.output.contains("0 passed"), "\(untested)")
        #expect(
            untested.errorOutput.contains("has no tests") && untested.errorOutput.contains("- call: {}"), "\(untested)")
    }
}
