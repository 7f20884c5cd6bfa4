import Diagnostics
import Manifests
import StrictJSON

/// The rule that is about one call and no other: `equals` for every argument that it has, no others, and once.
struct ExactRule {
    let effect: Intent.Effect
    let tool: ToolName
    /// By the tokens of their pointers, in order.
    private(set) var arguments: [Argument] = []
    private(set) var yaml = ""
    /// What the rule is about besides.
    private(set) var opens: [Amendment.Opening] = []

    /// Constraints that a rule may have.
    private static let maximumConstraints = 64
    /// YAML ends a key without a question mark after 1024 characters.
    private static let maximumKeyLength = 512
    /// Longer arguments are nothing that a person reads in a rule.
    static let maximumBytes = 64 << 10

    struct Argument: Hashable {
        let pointer: [String]
        var constraints: [Constraint]
    }

    /// Why there is no such rule; reads after "no rule can say exactly this call: ".
    struct Refusal: Error {
        let reason: String
    }

    init(_ effect: Intent.Effect, _ call: PolicyCall) throws(Refusal) {
        guard let members = call.arguments.objectValue else { throw Refusal(reason: "its arguments are no object") }
        guard call.arguments.encoded().count <= Self.maximumBytes else {
            throw Refusal(reason: "its arguments are longer than \(Self.maximumBytes >> 10) KiB")
        }
        self.effect = effect
        self.tool = call.tool
        arguments = members.map { Argument(pointer: [$0.key], constraints: [.equals($0.value)]) }
        for (pointer, fact) in call.resolvedPaths.sorted(by: { Pointer.text($0.key) < Pointer.text($1.key) }) {
            guard case .resolved(let path) = fact else { continue }
            add(path, at: pointer, of: call)
        }
        guard arguments.count <= Self.maximumConstraints else {
            throw Refusal(reason: "it has more than \(Self.maximumConstraints) arguments")
        }
        yaml = try text(isASCII: false)
        // Texts that are harmless by themselves may pass for others side by side.
        if VisibleText.block(yaml) != yaml { yaml = try text(isASCII: true) }
    }

    /// The text alone may come to lead elsewhere, if a link is changed; so the rule holds to the place too.
    private mutating func add(_ path: String, at pointer: [String], of call: PolicyCall) {
        guard CanonicalPath.isCanonical(path), let text = call.arguments.value(at: pointer)?.stringValue,
            path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }), path.unicodeScalars.count <= 4096
        else { return }
        if let place = arguments.firstIndex(where: { $0.pointer == pointer }) {
            arguments[place].constraints.append(.under([path]))
        } else {
            arguments.append(Argument(pointer: pointer, constraints: [.under([path])]))
        }
        guard case .resolved(let lexical) = Sample.lexical(text), TextKey(lexical) != TextKey(path) else { return }
        opens.append(
            Amendment.Opening(
                text: "the same call if \(VisibleText.quoted(text)), which is a link, comes to lead beneath "
                    + VisibleText.quoted(path), witness: nil))
    }

    /// The constraints on one line, as a rule's `args` takes them; nil if there are none.
    var flow: String? {
        guard !arguments.isEmpty else { return nil }
        let lines = yaml.split(separator: "\n").filter { $0.hasPrefix("    ") }
        return "{" + lines.map { $0.dropFirst(4) }.joined(separator: ", ") + "}"
    }

    private func text(isASCII: Bool) throws(Refusal) -> String {
        var lines = ["- \(effect.rawValue): \(YAMLText.name(tool.rawValue))"]
        if !arguments.isEmpty { lines.append("  args:") }
        for argument in arguments {
            let isName =
                argument.pointer.count == 1 && argument.pointer[0].utf8.first.map { $0 != UInt8(ascii: "/") } ?? false
            let key = YAMLText.name(
                isName ? argument.pointer[0] : Pointer.text(argument.pointer), isASCII: isASCII)
            guard key.unicodeScalars.count <= Self.maximumKeyLength else {
                throw Refusal(reason: "the name of an argument is too long")
            }
            let words = argument.constraints.compactMap { constraint -> String? in
                switch constraint {
                case .equals(let value): "equals: \(YAMLText.value(value, isASCII: isASCII))"
                case .under(let paths):
                    "under: \(YAMLText.value(.array(paths.map(JSON.string)), isASCII: isASCII))"
                default: nil
                }
            }
            lines.append("    \(key): {\(words.joined(separator: ", "))}")
        }
        lines += ["  otherArgs: absent", "  budget: {calls: 1}"]
        return lines.map { $0 + "\n" }.joined()
    }

    /// An intent with this rule alone, as the manifest reader reads it; nil if it reads anything else.
    func readBack() -> Intent? {
        let head = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: amendment
            purpose: amendment
            principal: amendment
            rules:

            """
        guard let intent = try? Intent.load(Array((head + yaml).utf8), file: "amendment.yaml"),
            intent.rules.count == 1, let rule = intent.rules.first
        else { return nil }
        let read = rule.constraints.map { Argument(pointer: $0.pointer, constraints: $0.constraints) }
        let isSame =
            rule.effect == effect && rule.tool.text == tool.rawValue && read == arguments
            && rule.otherArguments == .absent && rule.budgets == [Budget(.calls(1))]
        return isSame ? intent : nil
    }
}
