import Diagnostics
import Hosts
import Manifests
import StrictJSON

/// Whether one rule lets through more than somebody who reads it may think.
struct WidthLints {
    private(set) var lints: [Lint] = []

    init(_ rule: CompiledRule, tools: [ToolName: PolicyTool]) {
        guard rule.effect == .allow else { return }
        let tools = tools.values.filter { rule.tool.matches($0.name) }.sorted { $0.name < $1.name }
        checkTools(rule, tools)
        checkHosts(rule, tools)
    }

    private mutating func checkTools(_ rule: CompiledRule, _ tools: [PolicyTool]) {
        let isPattern = !rule.tool.isExact
        guard isPattern || (rule.arguments.isEmpty && rule.named == nil && rule.condition == nil) else { return }
        let strong = tools.filter { $0.annotations.destructive || $0.annotations.openWorld }
        guard let first = strong.first else { return }
        let words = [
            strong.contains(where: \.annotations.destructive) ? "destroy" : nil,
            strong.contains(where: \.annotations.openWorld) ? "reach out" : nil,
        ].compactMap(\.self).joined(separator: " or ")
        let names = strong.prefix(4).map { VisibleText.quoted($0.name.rawValue) }.joined(separator: ", ")
        let more = strong.count > 4 ? " and \(strong.count - 4) more" : ""
        lints.append(
            Lint(
                .tooWide, rule,
                isPattern
                    ? "the pattern takes in \(names)\(more), which can \(words)"
                    : "no argument of \(names) is constrained, which can \(words)",
                fix: isPattern
                    ? "name the tools one by one, with constraints on their arguments"
                    : "constrain its arguments, such as `args: {\(Self.example(first))}`"))
    }

    /// A constraint that can hold: of what is a list on each of its elements.
    private static func example(_ tool: PolicyTool) -> String {
        guard let name = tool.inputSchema.memberNames(at: []).first else { return "path: {oneOf: [...]}" }
        let type = tool.inputSchema.source["properties"]?[name]?["type"]?.stringValue
        let constraint = type == "array" ? "{each: {oneOf: [...]}}" : "{oneOf: [...]}"
        return "\(VisibleText.line(name, limit: 40)): \(constraint)"
    }

    private mutating func checkHosts(_ rule: CompiledRule, _ tools: [PolicyTool]) {
        var open: [String] = []
        for tool in tools {
            for name in HostArguments.names(in: tool.inputSchema.source) where !open.contains(name) {
                let isConstrained = rule.arguments.contains { argument in
                    argument.pointer.first == name && argument.constraints.contains(where: \.boundsHosts)
                }
                if !isConstrained, rule.names(name) { open.append(name) }
            }
        }
        // A condition may say it.
        guard let name = open.first, rule.condition == nil else { return }
        let names = open.prefix(4).map { VisibleText.quoted($0) }.joined(separator: ", ")
        lints.append(
            Lint(
                .anyHost, rule, "\(names) may name any host",
                fix: "constrain it: `args: {\(VisibleText.line(name, limit: 40)): {host: [example.com]}}`"))
    }
}

/// Arguments that name a host, as far as a schema lets one know.
enum HostArguments {
    private static let formats: Set<String> = [
        "uri", "iri", "hostname", "idn-hostname", "ipv4", "ipv6",
    ]
    private static let names: Set<String> = [
        "url", "uri", "href", "link", "host", "hostname", "server", "domain", "endpoint", "address", "origin",
        "webhook",
    ]

    /// By the format that the schema declares, else by the words of the name.
    static func names(in schema: JSON) -> [String] {
        (schema["properties"]?.objectValue ?? JSONObject()).filter { name, property in
            // An enumeration is a constraint of its own.
            if property["enum"] != nil || property["const"] != nil { return false }
            let item = property["items"] ?? property
            if let format = item["format"]?.stringValue { return formats.contains(format) }
            guard item["type"] == nil || item["type"] == "string" else { return false }
            return words(of: name).contains(where: names.contains)
        }.map(\.key)
    }

    /// `callbackUrl` and `callback_urls` are words.
    private static func words(of name: String) -> [String] {
        var words = [""]
        var isInCapitals = true
        for scalar in name.unicodeScalars {
            let isCapital = ("A"..."Z").contains(scalar)
            if "_-.".unicodeScalars.contains(scalar) || (isCapital && !isInCapitals) { words.append("") }
            if !"_-.".unicodeScalars.contains(scalar) { words[words.count - 1] += String(scalar).lowercased() }
            isInCapitals = isCapital
        }
        return words.flatMap { $0.hasSuffix("s") ? [$0, String($0.dropLast())] : [$0] }
    }
}

extension CompiledConstraint {
    /// True if the constraint says which values there may be, one by one or by their hosts.
    fileprivate var boundsHosts: Bool {
        switch self {
        case .equals, .oneOf, .matches, .host, .cidr, .absent, .from: true
        case .each(let constraints): constraints.contains(where: \.boundsHosts)
        case .ifPresent(let constraint): constraint.boundsHosts
        case .under, .max, .min, .length, .present: false
        }
    }
}
