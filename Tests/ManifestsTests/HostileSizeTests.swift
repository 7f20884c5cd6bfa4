import Testing

@testable import Manifests

@Suite("What a manifest costs to refuse grows with its size and no faster")
struct HostileSizeTests {
    /// Texts of the given number of bytes, each of which once took minutes somewhere, in this reader or in another.
    static let texts: [(name: String, text: @Sendable (Int) -> String)] = [
        ("open lists", { String(repeating: "[", count: $0) }),
        ("open mappings", { String(repeating: "{a: ", count: $0 / 4) }),
        ("nested lists", { String(repeating: "- ", count: $0 / 2) }),
        ("question marks", { String(repeating: "? ", count: $0 / 2) }),
        ("anchors", { String(repeating: "&a ", count: $0 / 3) }),
        ("aliases", { "a: [" + String(repeating: "*a, ", count: $0 / 4) + "]" }),
        ("colons", { String(repeating: "a:", count: $0 / 2) }),
        ("one word", { String(repeating: "a", count: $0) }),
        ("equal keys", { String(repeating: "a: 1\n", count: $0 / 5) }),
        ("unknown keys", { size in (0..<size / 10).map { "key\($0): 1\n" }.joined() }),
        ("an open quote", { "a: \"" + String(repeating: "x\n ", count: $0 / 3) }),
        ("empty rules", { Documents.intent("rules: [") + String(repeating: "{}, ", count: min(9999, $0 / 4)) + "]" }),
        (
            "rules of unknown keys",
            { size in
                let rule = "{" + (0..<10).map { "alow\($0): 1" }.joined(separator: ", ") + "}, "
                return Documents.intent("rules: [") + String(repeating: rule, count: size / 120) + "]"
            }
        ),
        (
            "arguments that no schema has",
            { size in
                let names = (0..<size / 20).map { "p\($0): {}" }.joined(separator: ", ")
                let words = String(repeating: "${args.x}", count: size / 20)
                return """
                    apiVersion: agentbox.dev/v1
                    kind: Tool
                    inputSchema: {properties: {\(names)}, additionalProperties: false}
                    command: ["\(words)", \(String(repeating: "\"${args.y}\", ", count: 250))]
                    """
            }
        ),
    ]

    @Test("bytes", arguments: texts.indices)
    func linear(_ index: Int) {
        let (name, text) = Self.texts[index]
        let bytes = Array(text(200_000).utf8)
        let kind: Kind = name.hasPrefix("arguments") ? .tool : .intent
        let time = ContinuousClock().measure { #expect(!kind.problems(bytes).isEmpty, "\(name)") }
        // Far more than any takes without optimisation, far less than the square of the size.
        #expect(time < .seconds(10), "\(name)")
    }
}
