import Diagnostics
import Hosts
import StrictJSON

extension GrantTemplate {
    /// `read: "${args.path}"`
    static let shape: Shape<GrantTemplate> = {
        let value = Shape<Template>.template("a path, or an argument such as `${args.path}`")
        var properties = JSONObject()
        for word in GrantWord.allCases {
            properties[word.rawValue] = value.describing(["description": .string(word.meaning)]).schema
        }
        for key in besides { properties[key.name] = key.schema }
        let schema: JSON = [
            "type": "object", "properties": .object(properties), "additionalProperties": false, "minProperties": 1,
            "oneOf": .array(GrantWord.allCases.map { ["required": [.string($0.rawValue)]] }),
            "dependentRequired": .object(
                JSONObject(uniqueMembers: besides.map { ($0.name, ["connect"] as JSON) })),
        ]
        let shape = Shape<GrantTemplate>("a grant such as `read: \"${args.path}\"`", schema: schema) { _, _ in nil }
        return Shape(shape.expectation, schema: schema) { located, decoding in
            guard let member = grant(of: located) else {
                shape.mismatch(located, &decoding)
                return nil
            }
            let grant = decoding.inside(.key(member.key)) { decoding in
                decode(member, value, &decoding)
            }
            guard let grant, grant.word == .connect else { return grant }
            return connect(grant.value, located, &decoding)
        }
    }()

    /// What may stand beside `connect`.
    private static let besides: [(name: String, schema: JSON)] = [
        (
            "within",
            ranges.describing([
                "description": "Of `connect`: addresses that are not public and that it may lead to all the same."
            ]).schema
        ),
        (
            "inspect",
            Shape<Bool>.boolean.describing([
                "description": "Of `connect`: TLS ends at agentbox, and requests are looked at. `http` implies it."
            ]).schema
        ),
        (
            "trust",
            trust.describing([
                "description":
                    "Of `connect`: a file of `files` with certificates that it may be certified by, beside the system's."
            ]).schema
        ),
        ("http", rules.describing(["description": "Of `connect`: one of them has to cover a request."]).schema),
    ]

    private static let trust: Shape<String> = .text(
        "a file beside the manifest such as `./ca.pem`", length: 1...1024
    ) { text in
        let name = text.utf8.starts(with: "./".utf8) ? String(text.dropFirst(2)) : text
        return Paths.isRelative(name) ? name : nil
    }

    private static let rules: Shape<[HTTPRuleTemplate]> = Shape<[HTTPRuleTemplate]>.list(
        of: HTTPRuleTemplate.shape, "a list of rules", count: 1...64
    ).unique { $0 }

    /// The word of a grant with its value; of what is `besides` something may stand beside `connect`.
    private static func grant(of located: Located) -> Located.Member? {
        guard case .object(let members) = located.content else { return nil }
        let grants = members.filter { member in !besides.contains { $0.name == member.key } }
        guard grants.count == 1, members.count == 1 || grants[0].key == GrantWord.connect.rawValue else { return nil }
        return grants[0]
    }

    private static func connect(
        _ value: Template, _ located: Located, _ decoding: inout Decoding
    ) -> GrantTemplate {
        func decoded<Value>(_ key: String, _ shape: Shape<Value>) -> Value? {
            located[key].flatMap { value in decoding.inside(.key(key)) { shape.decode(value, &$0) } }
        }
        let within = decoded("within", ranges) ?? []
        let isInspected = decoded("inspect", .boolean)
        let grant = GrantTemplate(
            word: .connect, value: value, within: within, isInspected: isInspected ?? false,
            trust: decoded("trust", trust), http: decoded("http", rules) ?? [])
        if isInspected == false, grant.isInspected {
            decoding.report(
                .contradiction, in: located, at: ["inspect"], "what has `http` rules or `trust` is inspected",
                suggestion: "take `inspect` out")
        }
        return grant
    }

    private static func decode(
        _ member: Located.Member, _ value: Shape<Template>, _ decoding: inout Decoding
    ) -> GrantTemplate? {
        guard let word = GrantWord(rawValue: member.key) else {
            let words = GrantWord.allCases.map(\.rawValue)
            decoding.report(
                .unknownKey, at: member.keyPosition, "unknown grant \(VisibleText.quoted(member.key))",
                suggestion: Nearest.advice(for: member.key, among: words)
                    ?? "known are \(VisibleText.list(words, conjunction: "and"))")
            return nil
        }
        guard let template = value.decode(member.value, &decoding) else { return nil }
        check(word, template, at: member.value.position, &decoding)
        return GrantTemplate(word: word, value: template)
    }

    /// Whatever the arguments are, if the host is not one of them.
    private static func checkHost(of template: Template, at position: Position, _ decoding: inout Decoding) {
        let example = template.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .argument: "1"
            }
        }.joined()
        guard let destination = try? Destination(example), destination.host.isCallItself else { return }
        decoding.report(
            .invalidValue, at: position,
            "\(VisibleText.quoted(template.source)) leads nowhere: \(Host.callItself)",
            suggestion: Host.callItselfRemedy)
    }

    private static let ranges: Shape<[String]> = Shape<[String]>.list(
        of: .addressRange, "a list of address ranges such as `10.0.0.0/8`", count: 1...16
    ).unique { $0 }

    /// What can be said of a value that does not depend on the arguments.
    private static func check(
        _ word: GrantWord, _ template: Template, at position: Position, _ decoding: inout Decoding
    ) {
        if word == .connect { checkHost(of: template, at: position, &decoding) }
        guard let literal = template.literal else { return }
        switch word {
        case .connect:
            do throws(HostRefusal) {
                _ = try Destination(literal)
            } catch {
                decoding.report(
                    .invalidValue, at: position,
                    "\(VisibleText.quoted(literal)) is no destination: \(error.reason)",
                    suggestion: "write a host and a port such as `api.example.com:443`, or a URL")
            }
        case .listen:
            do throws(HostRefusal) {
                _ = try LoopbackPort(literal)
            } catch {
                decoding.report(
                    .invalidValue, at: position,
                    "\(VisibleText.quoted(literal)) is no port to listen at: \(error.reason)",
                    suggestion: "write `127.0.0.1:8080`, or `127.0.0.1:0` for one that the kernel picks")
            }
        case .exec where !Paths.isAbsolute(literal):
            decoding.report(
                .invalidValue, at: position, "expected an absolute path, found \(VisibleText.quoted(literal))",
                suggestion: "programs are not looked up in PATH")
        case .git where GitPart(rawValue: literal) == nil:
            decoding.report(
                .invalidValue, at: position,
                "expected one of \(VisibleText.list(GitPart.allCases.map(\.rawValue), conjunction: "or")), found "
                    + VisibleText.quoted(literal))
        case .read, .list, .readUnder, .write, .create, .writeUnder:
            guard !Paths.isBeneathWorkspace(literal) else { return }
            decoding.report(
                .invalidValue, at: position,
                "expected a path in the workspace, relative and without `..`, found \(VisibleText.quoted(literal))",
                suggestion: "what lies outside the workspace is named by the sandbox profile's `filesystem.read`")
        default: break
        }
    }
}

/// The parts of a repository's `.git` that can be granted. They are published in this order.
enum GitPart: String, CaseIterable {
    case objects, refs, index
}

extension GrantWord {
    /// The line that editors show.
    fileprivate var meaning: String {
        switch self {
        case .connect: "Connect to one TCP port of one host: `example.com:443`, or a URL."
        case .listen: "Take connections at one TCP port of the call's own loopback: `127.0.0.1:8080`."
        case .read: "Read the content of one existing file."
        case .list: "List one existing directory and those beneath it: names, no content."
        case .readUnder: "Read every file beneath one directory. Wider than `read`."
        case .write: "Replace the content of one existing file, or create it."
        case .create: "Create one file that does not exist."
        case .writeUnder: "Create, change and remove files beneath one directory. Wider than `write`."
        case .exec: "Execute one program of the view, by absolute path."
        case .git: "Change a part of the repository's `.git`: `objects`, `refs` or `index`."
        }
    }

    /// True if the word lets a call change something.
    var isWrite: Bool {
        switch self {
        case .write, .create, .writeUnder, .git: true
        case .read, .list, .readUnder, .exec, .connect, .listen: false
        }
    }
}
