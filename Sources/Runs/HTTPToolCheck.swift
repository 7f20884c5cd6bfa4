import Diagnostics
import Manifests
import Policy
import Registry
import StrictJSON

import struct ToolSupport.OperationCheck
import enum ToolSupport.OperationResult

/// A tool whose program is `agentbox-http-request`: the words of its `command` say what it does, and its `outputSchema`
/// has to let through what comes of that. Both are checked here, before a call finds out.
struct HTTPToolCheck {
    private let definition: ToolDefinition
    private let places: ManifestPlaces
    private var problems: [ManifestProblem] = []

    private static let program = "agentbox-http-request"

    /// Everything that is wrong; nothing of another tool.
    static func problems(of definition: ToolDefinition, _ entry: ToolCatalog.Entry) -> [ManifestProblem] {
        let command = definition.tool.command
        let words = command.dropFirst().compactMap(\.literal)
        // One without words is `http.request`; what arguments make of words nobody can say before a call.
        guard entry.server == nil, command.first?.literal == program, !words.isEmpty, words.count == command.count - 1
        else { return [] }
        var check = HTTPToolCheck(definition: definition, places: ManifestPlaces(entry.bytes, file: entry.file))
        check.run(words)
        return check.problems
    }

    private mutating func run(_ words: [String]) {
        let tool = definition.tool
        let properties = tool.inputSchema["properties"]?.objectValue?.keys.map(\.self)
        let isClosed = tool.inputSchema["additionalProperties"] == false && tool.inputSchema["patternProperties"] == nil
        let check = OperationCheck(
            words, arguments: isClosed ? properties ?? [] : nil,
            variables: Set(tool.credentials.compactMap(\.delivery.variable)))
        for problem in check.problems {
            let near = Nearest.match(problem.found, among: problem.known)
            let isKnown = !problem.found.isEmpty && near != nil
            add(
                problem.word.map { ["command", .index($0 + 1)] } ?? ["command"], problem.message,
                isKnown ? "did you mean \(VisibleText.quoted(near ?? ""))?" : problem.suggestion)
        }
        guard problems.isEmpty, let schema = tool.outputSchema else { return }
        checkOutput(schema, check.result)
    }

    private mutating func add(_ steps: [ManifestPlaces.Step], _ message: String, _ suggestion: String) {
        problems.append(places.problem(at: steps, .contradiction, message, suggestion: suggestion))
    }

    // MARK: outputSchema

    /// A member of the output, and the types that it may have; empty: any.
    private typealias Member = (name: String, types: [String])

    private mutating func checkOutput(_ schema: JSON, _ result: OperationResult) {
        let shortened: Member = ("shortened", ["integer"])
        switch result {
        case .asItCame:
            require(
                [
                    ("status", ["integer"]), ("contentType", ["string"]), ("location", ["string"]), ("json", []),
                    ("body", ["string"]), ("size", ["integer"]), ("complete", ["boolean"]),
                ], of: schema, at: ["outputSchema"], "without `--answer` the output")
        case .text:
            let members: [Member] = [("text", ["string"]), ("size", ["integer"]), ("complete", ["boolean"])]
            require(members, of: schema, at: ["outputSchema"], "the output of `--answer text`")
            sample(["text": "", "size": 0, "complete": true], "`--answer text`")
        case .one(let picks):
            require(
                picks.map { ($0, []) } + [shortened], of: schema, at: ["outputSchema"], "the output of `--answer one`")
        case .many(let picks, let also, let hasPage):
            let what = "the output of `--answer many`"
            let members: [Member] = [("items", ["array"])] + also.map { ($0, []) } + [shortened]
            require(
                members + (hasPage ? [("nextPage", ["integer", "string"])] : []), of: schema, at: ["outputSchema"], what
            )
            if let items = schema["properties"]?["items"]?["items"], items.objectValue != nil {
                require(
                    picks.map { ($0, []) }, of: items, at: ["outputSchema", "properties", "items", "items"],
                    "an item of `--answer many`")
            }
            sample(["items": []], "`--answer many` of an empty list")
        }
    }

    /// The schema has to take an object with these members, and may require no others.
    private mutating func require(_ members: [Member], of schema: JSON, at steps: [ManifestPlaces.Step], _ what: String)
    {
        guard schema.objectValue != nil else { return }
        let types = Self.types(of: schema)
        guard types.isEmpty || types.contains("object") else {
            return add(
                steps + ["type"], "\(what) is an object, and the schema wants \(types.joined(separator: " or "))",
                "write `type: object`, with \(VisibleText.list(members.map(\.name), conjunction: "and")) among its properties"
            )
        }
        let isClosed = schema["additionalProperties"] == false && schema["patternProperties"] == nil
        for member in members {
            let property = schema["properties"]?[member.name]
            let type = member.types.first.map { "{type: \($0)}" } ?? "{}"
            guard let property else {
                guard isClosed else { continue }
                add(
                    steps, "\(what) may hold \(VisibleText.quoted(member.name)), which the schema does not allow",
                    "add `\(member.name): \(type)` to its properties")
                continue
            }
            let allowed = Self.types(of: property)
            let isAlike = member.types.contains { type in
                allowed.contains(type) || (type == "integer" && allowed.contains("number"))
            }
            guard !allowed.isEmpty, !member.types.isEmpty, !isAlike else { continue }
            add(
                steps + ["properties", .key(member.name), "type"],
                "\(what) has \(VisibleText.quoted(member.name)) as \(member.types.joined(separator: " or ")), and the "
                    + "schema wants \(allowed.joined(separator: " or "))", "write `\(type)`")
        }
        for (index, name) in (schema["required"]?.arrayValue ?? []).enumerated() {
            guard let name = name.stringValue, !members.contains(where: { $0.name == name }) else { continue }
            add(
                steps + ["required", .index(index)],
                "\(what) never holds \(VisibleText.quoted(name)), which is required",
                Nearest.match(name, among: members.map(\.name)).map { "did you mean \(VisibleText.quoted($0))?" }
                    ?? "it may hold \(VisibleText.list(members.map(\.name), conjunction: "and"))")
        }
    }

    private static func types(of schema: JSON) -> [String] {
        schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue].compactMap(\.self)
    }

    /// What no look at single keywords finds.
    private mutating func sample(_ output: JSON, _ what: String) {
        guard problems.isEmpty, let violation = definition.outputSchema?.validate(output).first else { return }
        add(
            ["outputSchema"], "\(what) gives `\(output.encodedString())`, which does not fit: \(violation)",
            "let the schema allow it")
    }
}
