import Diagnostics
import StrictJSON

extension ProvenanceSource {
    /// One source, or a list of them.
    static let list: Shape<[ProvenanceSource]> = shape.orList("a source, or a list of sources", count: 1...64)
        .checked { sources, located, decoding in
            var seen: Set<ProvenanceSource> = []
            for (index, source) in sources.enumerated() where !seen.insert(source).inserted {
                decoding.report(
                    .contradiction, in: located, at: [.index(index)],
                    "\(located[index]?.found ?? "this") stands here twice")
            }
        }

    private static let shape: Shape<ProvenanceSource> = .either([(.text, word), (.mapping, mapping)])

    private static let word: Shape<ProvenanceSource> = {
        let shape = Shape<ProvenanceSource>(
            "`inputs`, `{input: NAME}` or `{tool: PATTERN, at: POINTER}`", schema: ["const": "inputs"]
        ) { _, _ in nil }
        return Shape(shape.expectation, schema: shape.schema) { located, decoding in
            guard case .scalar(.string(let text)) = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            if text == "inputs" { return .inputs }
            let meant = Nearest.match(text, among: ["inputs"]).map { "did you mean `\($0)`?" }
            shape.mismatch(
                located, &decoding,
                suggestion: meant
                    ?? (InputName.isValid(text)
                        ? "to mean the input of that name write `{input: \(text)}`" : "put a pattern into `tool`"))
            return nil
        }
    }()

    /// A source with its keys as they were written.
    private struct Fields: Sendable {
        var input: String?
        var match: Match?
        var tool: ToolPattern?
        var at: PointerPattern?
    }

    private static let mapping: Shape<ProvenanceSource> = {
        let keys = object(
            "a source of values",
            optional(
                "input",
                .text("the name of an input", pattern: InputName.pattern, length: 1...64) {
                    InputName.isValid($0) ? $0 : nil
                }, "A value that a person supplied."),
            optional(
                "match", .choice(),
                "`value`, the default: equal to it. `token`: a whole token of the supplied text."),
            optional("tool", .toolPattern, "Tools whose output the value may come from, unless it is untrusted."),
            optional(
                "at",
                .text(
                    "a JSON pointer such as `/results/*/email`", pattern: PointerPattern.pattern, length: 0...1024,
                    suggest: { $0.hasPrefix("$") || $0.contains(".") ? "write `/results/*/email`, not JSONPath" : nil }
                ) { PointerPattern($0) },
                "Where in the output: a JSON pointer; `*` is any one element or member, the empty text the whole.")
        ) { Fields(input: $0, match: $1, tool: $2, at: $3) }.exactlyOne(of: ["input", "tool"])
        return Shape(keys.expectation, schema: keys.schema) { located, decoding in
            guard let fields = keys.decode(located, &decoding) else { return nil }
            if let input = fields.input {
                guard fields.at == nil else {
                    decoding.report(
                        .contradiction, in: located, at: ["at"], "`at` is a place in a tool's output",
                        suggestion: "an input is compared as a whole: remove `at`")
                    return nil
                }
                return .input(input, match: fields.match ?? .value)
            }
            guard let tool = fields.tool else { return nil }
            if fields.match != nil {
                decoding.report(
                    .contradiction, in: located, at: ["match"], "`match` is about an input",
                    suggestion: "a tool's output is compared by whole scalars: remove `match`")
            }
            guard let pointer = fields.at else {
                decoding.report(
                    .missingKey, at: located.position, "the key `at` is missing",
                    suggestion: "say where in the output: `at: /results/*/email`, or `at: \"\"` for the whole text")
                return nil
            }
            return .tool(tool, at: pointer)
        }
    }()
}
