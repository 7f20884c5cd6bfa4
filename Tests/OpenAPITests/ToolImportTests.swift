import Manifests
import StrictJSON
import Testing

@testable import OpenAPI

@Suite("An OpenAPI description becomes tools, or says with line and column why it cannot")
struct ToolImportTests {
    private static let head =
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://api.example.com/v1/'}]\n"

    private func tools(_ text: String, _ options: ToolImport.Options = .init(prefix: "p")) throws -> [String: Tool] {
        let made = try ToolImport(Array((Self.head + text).utf8), file: "api.yaml", options)
        return try made.tools.reduce(into: [:]) { found, tool in
            found[tool.name] = try Tool.load(Array(tool.manifest.utf8), file: tool.name)
        }
    }

    @Test("what no manifest can hold is told at its place in the description: there is no other file")
    func blame() throws {
        let text = """
            security: [{key: []}]
            paths:
              /a: {get: {operationId: a}}
            components:
              securitySchemes: {key: {type: apiKey, in: header, name: "two words"}}
            """
        let error = try #require(throws: ManifestErrors.self) { try tools(text) }
        #expect(error.problems.allSatisfy { $0.file == "api.yaml" && $0.line == 6 }, "\(error.message)")
        #expect(error.message.contains("paths./a.get: no tool can be made of it"), "\(error.message)")
        #expect(try tools(text.replacing("two words", with: "X-Key")).count == 1, "the control")
    }

    @Test("parameters, body and scheme go to their places")
    func whole() throws {
        let made = try tools(
            """
            security: [{token: []}]
            paths:
              /repos/{owner}/issues:
                parameters: [{$ref: '#/components/parameters/owner'}]
                post:
                  operationId: createIssue
                  description: Opens one.
                  parameters: [{name: X-Trace, in: header, schema: {type: string}}, {name: theme, in: cookie, schema: {type: string}}]
                  requestBody:
                    required: true
                    content: {application/json: {schema: {$ref: '#/components/schemas/issue'}}}
            components:
              parameters: {owner: {name: owner, in: path, required: true, schema: {type: string}}}
              schemas:
                issue: {type: object, required: [title], properties: {title: {type: string, nullable: true, example: x}}}
              securitySchemes: {token: {type: http, scheme: bearer}}
            """)
        let tool = try #require(made["p.create-issue"])
        #expect(tool.description == "Opens one.")
        #expect(
            tool.command.map(\.source) == [
                "agentbox-http-request", "--method", "POST", "--base", "https://api.example.com/v1", "--path",
                "/repos/{owner}/issues", "--header", "X-Trace=X-Trace", "--cookie", "theme=theme", "--body", "body",
                "--send-as",
                "application/json", "--bearer", "API_TOKEN",
            ])
        #expect(tool.inputSchema["required"] == ["owner", "body"])
        #expect(tool.inputSchema["properties"]?["body"]?["properties"]?["title"]?["type"] == ["string", "null"])
        #expect(tool.grants.count == 1 && tool.grants[0].isInspected)
        #expect(tool.grants[0].http[0].paths.map(\.source) == ["/v1/repos/${args.owner}/issues"])
        #expect(tool.credentials.count == 1 && tool.credentials[0].source.rawValue == "token")
        #expect(!tool.annotations.readOnly && tool.annotations.destructive)
    }

    /// Each with the line and column, and a part of what is said.
    static let inexpressible: [(String, String, String)] = [
        ("paths: {}", "4:8", "no operation"),
        ("paths:\n  /a/{x}:\n    get: {}", "6:10", "no parameter says"),
        (
            "paths:\n  /a:\n    get:\n      parameters: [{name: 'c;d', in: cookie, schema: {type: string}}]",
            "7:20", "no name of a cookie"
        ),
        (
            "paths:\n  /a:\n    get:\n      parameters: [{name: c, in: query, style: deepObject, schema: {type: object}}]",
            "7:48", "style"
        ),
        ("paths:\n  /a:\n    post:\n      requestBody: {content: {multipart/form-data: {}}}", "7:20", "cannot be sent"),
        (
            "security: [{k: []}]\npaths:\n  /a:\n    get: {}\ncomponents: {securitySchemes: {k: {type: apiKey, in: query, name: k}}}",
            "4:11", "apiKey query"
        ),
        (
            "paths:\n  /a:\n    get:\n      parameters: [{$ref: '#/components/parameters/none'}]", "7:27",
            "leads nowhere"
        ),
        (
            "paths:\n  /a:\n    post:\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/n'}}}}\ncomponents: {schemas: {n: {type: object, properties: {n: {$ref: '#/components/schemas/n'}}}}}",
            "8:58", "contains itself"
        ),
        ("paths:\n  /a:\n    get: {servers: [{url: 'https://b.example'}]}", "6:20", "--server"),
        ("paths:\n  /a:\n    get: {operationId: x}\n  /b:\n    get: {operationId: X}", "8:10", "line 6"),
    ]

    @Test("what no tool can express is an error in its place", arguments: inexpressible)
    func refused(text: String, place: String, words: String) throws {
        do {
            _ = try tools(text)
            Issue.record("it was imported")
        } catch let errors as ManifestErrors {
            #expect(
                errors.message.contains("api.yaml:\(place): ") && errors.message.contains(words), "\(errors.message)")
        }
    }

    @Test("nothing in a description becomes an argument or a star of a grant")
    func literal() throws {
        let made = try tools("paths:\n  '/a/*/$b':\n    get: {operationId: x, summary: \"hidden \\u202E text\"}")
        let tool = try #require(made["p.x"])
        #expect(tool.grants[0].http[0].paths[0].literal?.contains("%2A") == true)
        #expect(tool.command.allSatisfy { $0.literal != nil })
    }

    @Test("only what is asked for has to be expressible")
    func some() throws {
        let text =
            "paths:\n  /a:\n    get: {operationId: good}\n    post: {operationId: bad, requestBody: {content: {}}}"
        #expect(throws: ManifestErrors.self) { try tools(text) }
        #expect(try tools(text, .init(server: "http://b.example:81", prefix: "p", operations: ["good"])).count == 1)
        #expect(throws: ManifestErrors.self) { try tools(text, .init(prefix: "p", operations: ["none"])) }
    }
}
