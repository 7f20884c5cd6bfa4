import StrictJSON

extension Tool {
    /// The form of a tool manifest.
    static let shape: Shape<Tool> = object(
        "a tool manifest",
        required("apiVersion", .apiVersion, "The version of the manifest language."),
        required("kind", .constant("Tool"), "What this manifest is."),
        required("name", .toolName, "What agents call the tool and rules name it by; dots group tools."),
        required("version", .version, "The tool's own version (semver.org)."),
        optional("title", .line("a title of one line"), "A name for people."),
        required(
            "description", .prose("a description"),
            "What the tool does, for the agent that chooses it and the person who reviews it."),
        required(
            "command", .command,
            "The executable and its words. `agentbox-…` is a bundled tool, `./x` lies beside the manifest, any other "
                + "is an absolute path. `${args.NAME}` stands for an argument; an absent one drops the word, a list "
                + "spreads. Never a shell string."),
        optional(
            "input", .choice(), default: Input.stdin, shown: "stdin",
            "How the executable gets the arguments: one JSON object on stdin, or the words of `command` only."),
        required("inputSchema", .inputSchema, "JSON Schema (2020-12) of the arguments. Of type object."),
        optional("outputSchema", .anyMapping("a JSON Schema"), "JSON Schema of the structured result."),
        optional(
            "annotations", Annotations.shape, default: Annotations.unknown,
            "What the tool may do, by its author. Unset ones mean the worst."),
        required("sandbox", .profileName, "The sandbox profile that every call starts from."),
        optional(
            "grants", .list(of: GrantTemplate.shape, "a list of grants", count: 0...64).unique { $0 }, default: [],
            shown: [], "What one call may touch, bound to its arguments. Nothing else of the workspace is writable."),
        optional(
            "proxy", .boolean, default: false, shown: false,
            "True for programs that insist on a proxy: one of HTTP and SOCKS5 on the call's loopback, which `HTTP_PROXY`, "
                + "`HTTPS_PROXY` and `ALL_PROXY` name, for what the `connect` grants name and nothing else."),
        optional(
            "labels", .labels, default: [.untrusted],
            "What the tool's output carries. Unset means untrusted."),
        optional(
            "credentials",
            .list(of: CredentialTemplate.shape, "a list of credentials", count: 0...16).unique { $0.name }, default: [],
            shown: [],
            "Secrets that the tool needs: each call gets its own, which works for that call and dies with it."),
        optional("limits", ToolLimits.shape, default: ToolLimits(), "Limits of one call; the profile's hold as well."),
        optional(
            "files", .files, default: [], shown: [],
            "Files beside the manifest that the executable needs, as relative paths."),
        optional(
            "tests", .list(of: ToolTest.shape, "a list of tests", count: 0...256), default: [], shown: [],
            "Calls with what has to come of them, run by `agentbox tool test`.")
    ) {
        _, _, name, version, title, description, command, input, inputSchema, outputSchema, annotations, sandbox,
        grants, proxy,
        labels, credentials, limits, files, tests in
        Tool(
            name: name, version: version, title: title, description: description, command: command, input: input,
            inputSchema: inputSchema, outputSchema: outputSchema, annotations: annotations, sandbox: sandbox,
            grants: grants, outputLabels: labels, credentials: credentials, limits: limits, files: files, tests: tests,
            usesProxy: proxy)
    }.structured(checkArguments).checked(checkAnnotations).checked(checkProxy).checked(checkTrust).checked(
        checkCredentials)
}

extension Shape where Value == String {
    static var version: Shape {
        let part = "(0|[1-9][0-9]{0,8})"
        let pattern = "^\(part)\\.\(part)\\.\(part)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$"
        return .text("a version such as `1.0.0`", pattern: pattern, length: 5...64) { text in
            Version.isValid(text) ? text : nil
        }
    }
}

extension Shape where Value == JSON {
    static var inputSchema: Shape {
        let shape = Shape.anyMapping("a JSON Schema of type object")
        return shape.describing(["properties": ["type": ["const": "object"]], "required": ["type"]])
            .checked { schema, located, decoding in
                guard schema["type"]?.stringValue != "object" else { return }
                decoding.report(
                    .invalidValue, at: located["type"]?.position ?? located.position,
                    "expected a JSON Schema of type `object`: a call's arguments are one",
                    suggestion: "write `type: object`")
            }
    }
}

/// The labels that a tool's output can carry.
enum LabelWord: String, CaseIterable {
    case untrusted

    var label: Label { Label(rawValue) }
}

extension Shape where Value == [String] {
    static var files: Shape {
        let file = Shape<String>.text(
            "a relative path without `.` and `..`", pattern: Paths.relativePattern, length: 1...1024
        ) { Paths.isRelative($0) ? $0 : nil }
        return .list(of: file, "a list of files").unique { $0 }
    }

}

extension Shape where Value == [Label] {
    static var labels: Shape {
        object(
            "a mapping of labels",
            required(
                "output", Shape<[LabelWord]>.list(of: .choice(), "a list of labels", count: 0...1),
                "Labels of everything that a call returns; an empty list says that it can be trusted.")
        ) { $0.map(\.label) }
    }
}

extension Annotations {
    /// What a tool may do whose author says nothing.
    package static let unknown = Annotations(readOnly: false, destructive: true, idempotent: false, openWorld: true)

    static let shape: Shape<Annotations> = object(
        "a mapping of annotations",
        optional("readOnly", .boolean, default: false, shown: false, "True if a call changes nothing."),
        optional(
            "destructive", .boolean, "True if a call may remove or overwrite. Unset means the opposite of `readOnly`."),
        optional(
            "idempotent", .boolean, default: false, shown: false, "True if a second equal call changes nothing more."),
        optional("openWorld", .boolean, default: true, shown: true, "True if a call reaches beyond this machine.")
    ) { readOnly, destructive, idempotent, openWorld in
        Annotations(
            readOnly: readOnly, destructive: destructive ?? !readOnly, idempotent: idempotent, openWorld: openWorld)
    }.checked { annotations, located, decoding in
        if annotations.readOnly, annotations.destructive {
            decoding.report(
                .contradiction, in: located, at: ["destructive"], "a tool that is `readOnly` cannot be destructive")
        }
    }
}

extension ToolLimits {
    static let shape: Shape<ToolLimits> = object(
        "a mapping of limits",
        optional("time", .duration, "Wall-clock time of a call."),
        optional("memory", .size(), "Memory of a call, as the profile's."),
        optional("output", .size(), "Bytes that a call may write to its standard output and error.")
    ) { ToolLimits(time: $0, memory: $1, output: $2) }
}

extension ToolTest {
    static let shape: Shape<ToolTest> = object(
        "a test",
        required("call", .anyMapping("the arguments as a mapping"), "The arguments of the call."),
        required("expect", Expectation.shape, "`denied`, `failed`, or what the result has to hold.")
    ) { ToolTest(call: $0, expect: $1) }
}

extension ToolTest.Expectation {
    private enum Word: String, CaseIterable { case denied, failed }

    static let shape: Shape<ToolTest.Expectation> = .either([
        (.text, Shape<Word>.choice().map { $0 == .denied ? .denied : .failed }),
        (
            .mapping,
            object(
                "a mapping with `contains` or `structured`",
                optional("contains", .prose("a text"), "A part of the output, as text."),
                optional("structured", .any, "The structured result, equal as JSON.")
            ) { .succeeds(contains: $0, structured: $1) }
        ),
    ])
}
