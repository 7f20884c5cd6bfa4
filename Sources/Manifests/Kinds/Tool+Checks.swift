import Diagnostics
import StrictJSON

extension Shape where Value == [Template] {
    /// The executable's word, which is always literal, and the words after it.
    static var command: Shape {
        let word = Shape<Template>.template("a word, which may hold `${args.NAME}`")
        return .list(of: word, "a list of words", count: 1...256).checked { words, located, decoding in
            guard let problem = words.first.flatMap(Tool.problem(ofExecutable:)) else { return }
            decoding.report(.invalidValue, in: located, at: [0], problem.message, suggestion: problem.suggestion)
        }
    }
}

extension Tool {
    /// Nil if the word can name an executable.
    fileprivate static func problem(ofExecutable word: Template) -> (message: String, suggestion: String?)? {
        guard let literal = word.literal else {
            return ("expected an executable, found arguments in its name", "a call cannot choose the program that runs")
        }
        if Paths.isAbsolute(literal) { return nil }
        if literal.utf8.starts(with: "./".utf8), Paths.isRelative(String(literal.dropFirst(2))) { return nil }
        if literal.utf8.starts(with: "agentbox-".utf8), Name.isDotted(literal) { return nil }
        let name = literal.utf8.contains(UInt8(ascii: "/")) ? nil : literal
        return (
            "expected `agentbox-…`, `./x` beside the manifest, or an absolute path, found \(VisibleText.quoted(literal))",
            name.map { "programs are not looked up in PATH: write \(VisibleText.quoted("/usr/bin/" + $0))" }
        )
    }

    /// Arguments that the command or a grant names have to be among those that a call can have.
    static func checkArguments(_ located: Located, _ decoding: inout Decoding) {
        guard let schema = located["inputSchema"] else { return }
        for (index, word) in (located["command"]?.elements ?? []).prefix(256).enumerated() {
            check(word, against: schema, in: located, at: ["command", .index(index)], &decoding)
        }
        for (index, grant) in (located["grants"]?.elements ?? []).prefix(64).enumerated() {
            for member in grant.members.prefix(8) where member.key != "within" && member.key != "trust" {
                checkTexts(
                    of: member.value, against: schema, in: located, at: ["grants", .index(index), .key(member.key)],
                    &decoding)
            }
        }
        for (index, credential) in (located["credentials"]?.elements ?? []).prefix(16).enumerated() {
            let steps: [Decoding.Step] = ["credentials", .index(index)]
            for key in ["scope", "deliver"] {
                guard let value = credential[key] else { continue }
                checkTexts(of: value, against: schema, in: located, at: steps + [.key(key)], &decoding)
            }
        }
    }

    private static func checkTexts(
        of value: Located, against schema: Located, in located: Located, at steps: [Decoding.Step],
        _ decoding: inout Decoding
    ) {
        check(value, against: schema, in: located, at: steps, &decoding)
        for (index, element) in value.elements.prefix(1000).enumerated() {
            checkTexts(of: element, against: schema, in: located, at: steps + [.index(index)], &decoding)
        }
        for member in value.members.prefix(1000) {
            checkTexts(of: member.value, against: schema, in: located, at: steps + [.key(member.key)], &decoding)
        }
    }

    private static func check(
        _ value: Located, against schema: Located, in located: Located, at steps: [Decoding.Step],
        _ decoding: inout Decoding
    ) {
        guard case .scalar(.string(let text)) = value.content, let template = try? Template(parsing: text) else {
            return
        }
        for name in template.arguments {
            var schema: Located? = schema
            for (depth, part) in name.enumerated() {
                // Only a schema that closes the list of its properties says which there are. One with thousands is no
                // tool's, and would be searched for every word.
                guard let current = schema, case .object(let properties)? = current["properties"]?.content,
                    properties.count <= 1000,
                    case .scalar(.bool(false))? = current["additionalProperties"]?.content,
                    current["patternProperties"] == nil, current["$ref"] == nil
                else { break }
                schema = current["properties"]?[part]
                guard schema == nil else { continue }
                let path = name.prefix(depth + 1).joined(separator: ".")
                decoding.report(
                    .contradiction, in: located, at: steps,
                    "the argument \(VisibleText.quoted(path)) is not among the properties of `inputSchema`",
                    suggestion: Nearest.advice(for: part, among: properties.map(\.key)))
                break
            }
        }
    }

    /// Certificates that a grant trusts are files of the tool, pinned with it.
    static func checkTrust(_ tool: Tool, _ located: Located, _ decoding: inout Decoding) {
        for (index, grant) in tool.grants.enumerated() {
            guard let file = grant.trust, !tool.files.contains(file) else { continue }
            decoding.report(
                .contradiction, in: located, at: ["grants", .index(index), .key("trust")],
                "\(VisibleText.quoted(file)) is not among the tool's `files`", suggestion: "list it there")
        }
    }

    /// Rules rely on what a tool says of itself.
    static func checkAnnotations(_ tool: Tool, _ located: Located, _ decoding: inout Decoding) {
        guard tool.annotations.readOnly else { return }
        for (index, grant) in tool.grants.enumerated() where grant.word.isWrite {
            decoding.report(
                .contradiction, in: located, at: ["grants", .index(index), .key(grant.word.rawValue)],
                "a tool that is `readOnly` cannot ask for \(VisibleText.quoted(grant.word.rawValue))")
        }
    }
}
