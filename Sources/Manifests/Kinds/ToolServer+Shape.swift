import Diagnostics
import StrictJSON

extension ToolServer {
    /// The form of a tool server's manifest.
    static let shape: Shape<ToolServer> = object(
        "a tool server's manifest",
        later: [
            "credentials": "secrets issued for one call",
            "environment": "variables of one server; a profile's `environment` sets those of its calls",
            "transport": "servers that are reached in another way than by their standard streams",
        ],
        required("apiVersion", .apiVersion, "The version of the manifest language."),
        required("kind", .constant("ToolServer"), "What this manifest is."),
        required("name", .toolName, "What the server is registered as."),
        required("version", .version, "The version of the server (semver.org)."),
        optional("title", .line("a title of one line"), "A name for people."),
        required("description", .prose("a description"), "What the server is for, for the person who reviews it."),
        required(
            "prefix", .prefix,
            "Stands before the names of its tools: with `time`, agents and rules know `now` as `time.now`."),
        required(
            "command", .serverCommand,
            "The executable and its words, all literal. `./x` lies beside the manifest, any other is an absolute path."),
        required(
            "sandbox", .profileName,
            "The sandbox profile that the server runs in, from the first call of a run to the run's end."),
        optional(
            "grants", .list(of: .serverGrant, "a list of grants", count: 0...64).unique { $0 }, default: [], shown: [],
            "What the server may touch for the whole run, on literal paths. It can write nothing of the workspace."),
        optional(
            "labels", .labels, default: [.untrusted], "What the output of its tools carries. Unset means untrusted."),
        optional(
            "limits", ServerLimits.shape, default: ServerLimits(), "Limits of the server; the profile's hold too."),
        optional(
            "files", .files, default: [], shown: [],
            "Files beside the manifest that the executable needs, as relative paths."),
        required(
            "tools", .list(of: ServerTool.shape, "a list of tools", count: 1...maximumTools).unique { $0.name },
            "The tools of the server as they were imported. A server with another list is refused.")
    ) {
        _, _, name, version, title, description, prefix, command, sandbox, grants, labels, limits, files, tools in
        ToolServer(
            name: name, version: version, title: title, description: description, prefix: prefix, command: command,
            sandbox: sandbox, grants: grants, outputLabels: labels, limits: limits, files: files, tools: tools)
    }.checked { server, located, decoding in
        for (index, tool) in server.tools.enumerated() where server.name(of: tool.name) == nil {
            decoding.report(
                .invalidValue, in: located, at: ["tools", .index(index), "name"],
                "\(VisibleText.quoted(server.prefix + "." + tool.name)) cannot be a tool's name",
                suggestion: "rules name tools by letters, digits, `_`, `-` and dots: leave this tool out")
        }
    }

    /// More tools than any agent can tell apart.
    package static let maximumTools = 512
}

extension ServerTool {
    static let shape: Shape<ServerTool> = object(
        "a tool",
        required("name", .line("a tool's name", maximum: 128), "What the server calls it."),
        optional("title", .line("a title of one line"), "A name for people."),
        optional("description", .prose("a description"), "What agents are told that it does."),
        required("inputSchema", .inputSchema, "JSON Schema (2020-12) of the arguments. Of type object."),
        optional("outputSchema", .anyMapping("a JSON Schema"), "JSON Schema of the structured result."),
        optional(
            "annotations", Annotations.shape, default: Annotations.unknown,
            "What the tool may do, by whoever reviewed it. Unset ones mean the worst."),
        required(
            "digest", .digest, "Of the tool as the server described it when it was imported. Leave it as it is.")
    ) { name, title, description, inputSchema, outputSchema, annotations, digest in
        ServerTool(
            name: name, title: title, description: description, inputSchema: inputSchema, outputSchema: outputSchema,
            annotations: annotations, digest: digest)
    }
}

extension ServerLimits {
    static let shape: Shape<ServerLimits> = object(
        "a mapping of limits",
        optional("time", .duration, "Wall-clock time of a call."),
        optional("start", .duration, "Wall-clock time from the start of the server to its list of tools."),
        optional("memory", .size(), "Memory of each process of the server."),
        optional("output", .size(), "Bytes of one answer.")
    ) { ServerLimits(time: $0, start: $1, memory: $2, output: $3) }
}

extension Shape where Value == String {
    fileprivate static var prefix: Shape {
        .text("a prefix such as `time`", pattern: "^[a-z][a-z0-9_-]*$", length: 1...32) { text in
            Name.isDotted(text) && !text.utf8.contains(UInt8(ascii: ".")) ? text : nil
        }
    }

    fileprivate static var digest: Shape {
        .text("a digest such as `sha256:…`", pattern: "^sha256:[0-9a-f]{64}$", length: 71...71) { text in
            let digits = text.utf8.dropFirst("sha256:".utf8.count)
            let isHex = digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
            return text.utf8.starts(with: "sha256:".utf8) && isHex && digits.count == 64 ? text : nil
        }
    }
}

extension Shape where Value == [Template] {
    fileprivate static var serverCommand: Shape {
        command.checked { words, located, decoding in
            for (index, word) in words.enumerated() where word.literal == nil {
                decoding.report(
                    .invalidValue, in: located, at: [.index(index)],
                    "expected a literal word, found \(VisibleText.quoted(word.source))",
                    suggestion: "a server starts before there are arguments")
            }
        }
    }
}

extension Shape where Value == GrantTemplate {
    /// A server lives for a run: what it wrote could be published at the end of no call, and its paths are nobody's
    /// arguments.
    fileprivate static var serverGrant: Shape {
        GrantTemplate.shape.structured { located, decoding in
            for member in located.members {
                guard let word = GrantWord(rawValue: member.key) else { continue }
                if word == .connect {
                    decoding.inside(.key(member.key)) { decoding in
                        decoding.reportLater(
                            member.key, "network destinations of a tool server", at: member.keyPosition)
                    }
                } else if word.isWrite {
                    decoding.inside(.key(member.key)) { decoding in
                        decoding.reportLater(member.key, "writes of a tool server", at: member.keyPosition)
                    }
                } else if case .scalar(.string(let text)) = member.value.content,
                    let template = try? Template(parsing: text), template.literal == nil
                {
                    decoding.report(
                        .invalidValue, in: located, at: [.key(member.key)],
                        "expected a literal value, found \(VisibleText.quoted(text))",
                        suggestion: "what a server may touch is the same for all calls of a run")
                }
            }
        }
    }
}
