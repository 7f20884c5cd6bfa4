import Diagnostics
import HTTPRules
import Hosts
import StrictJSON

extension CredentialDelivery {
    private static let words = ["broker", "memfd", "file", "socket", "environment"]

    static let shape: Shape<CredentialDelivery> = object(
        "a mapping with one delivery such as `broker: {…}`",
        optional(
            "broker", BrokerDelivery.shape,
            "The tool has a placeholder; the secret takes its place outside, in headers of the requests named here."),
        optional("memfd", memfd, "A sealed file without a name, open in the call."),
        optional("file", file, "A file that only the call can read, in its own memory."),
        optional("socket", SocketDelivery.shape, "A socket on which the secret is used and never shown."),
        optional("environment", environment, "The secret itself in a variable: an explicit downgrade.")
    ) { broker, memfd, file, socket, environment in
        broker.map { .broker($0) } ?? memfd ?? file ?? socket.map { .socket($0) } ?? environment
    }.exactlyOne(of: words).chosen()

    private static let memfd: Shape<CredentialDelivery> = object(
        "a mapping with `variable`",
        required("variable", .variable, "Holds the path `/proc/self/fd/N`."),
        optional("field", .field, Shape<String>.fieldMeaning)
    ) { .memfd(variable: $0, field: $1) }

    private static let file: Shape<CredentialDelivery> = object(
        "a mapping with `name`",
        required(
            "name",
            .text("a file's name such as `token`", pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]*$", length: 1...64) {
                isFileName($0) ? $0 : nil
            }, "What it is called in `/run/agentbox/files`."),
        optional("variable", .variable, "Holds the file's path."),
        optional("field", .field, Shape<String>.fieldMeaning)
    ) { .file(name: $0, variable: $1, field: $2) }

    private static let environment: Shape<CredentialDelivery> = object(
        "a mapping with `variable` and `downgrade: true`",
        required("variable", .variable, "Holds the secret."),
        required(
            "downgrade", .constantTrue,
            "Says that the secret is shown to the tool and to all that it starts. It has to be `true`.",
            advice:
                "in a variable the tool, and all that it starts, can read and keep the secret: write `downgrade: true` "
                + "to say that you want that, or deliver it by `broker`, which never shows it"),
        optional("field", .field, Shape<String>.fieldMeaning)
    ) { variable, _, field in .environment(variable: variable, field: field) }

    /// Names that start so are agentbox's own.
    private static func isFileName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"),
            !text.utf8.starts(with: "agentbox-".utf8)
        else { return false }
        return text.utf8.allSatisfy { Name.isForeignByte($0) || $0 == UInt8(ascii: ".") }
    }
}

extension Shape where Value == CredentialDelivery? {
    /// What `exactlyOne` reported the absence of is no value.
    fileprivate func chosen() -> Shape<CredentialDelivery> {
        Shape<CredentialDelivery>(expectation, schema: schema) { located, decoding in decode(located, &decoding) ?? nil
        }
    }
}

extension BrokerDelivery {
    static let shape: Shape<BrokerDelivery> = object(
        "a mapping with `to` and `variable`",
        required(
            "to", .httpsOrigin,
            "Where the secret may go, as a URL: `https://api.example.com`. A `connect` grant of the tool covers it."),
        optional(
            "methods", .list(of: Shape<MethodName>.choice(), "a list of methods", count: 1...16).unique { $0 },
            default: [],
            "Methods of the requests that may carry it; any if unset."),
        optional(
            "paths", .list(of: .pathPattern, "a list of paths", count: 1...64).unique { $0 }, default: [],
            "Paths of the requests that may carry it: `*` is any one segment, `**` any rest; any if unset."),
        optional(
            "headers",
            .list(of: .credentialHeader, "a list of headers", count: 1...8).unique { $0.lowercased() }, default: [],
            "Headers that may hold it, such as `X-Figma-Token`, beside `Authorization`, `X-Api-Key`, `Api-Key`, "
                + "`X-Auth-Token`, `X-Access-Token`, `X-Vault-Token`, `PRIVATE-TOKEN`, `JOB-TOKEN` and `X-Goog-Api-Key`."
        ),
        optional(
            "uses", .integer(1...100_000), default: BrokerDelivery.defaultUses,
            shown: .integer(Int64(BrokerDelivery.defaultUses)), "How many requests may carry it."),
        required("variable", .variable, "Holds the placeholder."),
        optional("field", .field, Shape<String>.fieldMeaning)
    ) {
        BrokerDelivery(to: $0, methods: $1, paths: $2, headers: $3, uses: $4, variable: $5, field: $6)
    }
}

extension SocketDelivery {
    static let shape: Shape<SocketDelivery> = .either([
        (
            .text,
            Shape<Kind>.kind.map { SocketDelivery(kind: $0, variable: $0.usualVariable, field: nil) }
                .checked(checkKeys)
        ),
        (
            .mapping,
            object(
                "a mapping with `protocol`",
                required("protocol", .kind, "What is spoken on the socket."),
                optional(
                    "hostKeys", .list(of: .hostKey, "a list of public keys", count: 1...16).unique { $0 }, default: [],
                    "Of `ssh-agent`: the keys of the one host that may be signed in to, as `known_hosts` has them."),
                optional("to", .template("a destination such as `db.example.com:5432`"), "Of `postgres`: the server."),
                optional("variable", .variable, "Where the tool looks for it; the protocol's usual one if unset."),
                optional("field", .field, Shape<String>.fieldMeaning)
            ) { kind, hostKeys, to, variable, field in
                SocketDelivery(
                    kind: kind, hostKeys: hostKeys, to: to, variable: variable ?? kind.usualVariable, field: field)
            }.checked(checkKeys)
        ),
    ])

    private static func checkKeys(_ socket: SocketDelivery, _ located: Located, _ decoding: inout Decoding) {
        if socket.kind == .sshAgent, socket.hostKeys.isEmpty {
            decoding.report(
                .missingKey, at: located.position,
                "the keys of the host that may be signed in to are missing",
                suggestion:
                    "write `socket: {protocol: ssh-agent, hostKeys: [\"ssh-ed25519 AAAA…\"]}`; `ssh-keyscan HOST` "
                    + "prints them, for you to compare")
        }
    }
}

extension Shape where Value == SocketDelivery.Kind {
    fileprivate static var kind: Shape {
        .choice(later: [:])
    }
}

extension Shape where Value == Template {
    /// `https://host[:port]`, also with arguments in the host. What is sent without TLS everybody on the way can read.
    fileprivate static var httpsOrigin: Shape {
        template("a URL such as `https://api.example.com`").checked { template, located, decoding in
            guard case .literal(let start)? = template.segments.first, start.utf8.starts(with: "https://".utf8) else {
                decoding.report(
                    .invalidValue, at: located.position,
                    "expected a URL that starts with `https://`, found \(located.found)")
                return
            }
            guard let literal = template.literal else { return }
            do throws(HostRefusal) {
                _ = try Destination(literal)
            } catch {
                decoding.report(
                    .invalidValue, at: located.position,
                    "\(VisibleText.quoted(literal)) is no destination: \(error.reason)")
            }
        }
    }
}

extension Shape where Value == String {
    fileprivate static let fieldMeaning =
        "Which of the credential's secret parts; unset: its only one, or in a file all of them as a JSON object."

    fileprivate static var variable: Shape {
        .text("a variable's name such as `API_TOKEN`", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", length: 1...64) {
            isVariable($0) ? $0 : nil
        }.checked { name, located, decoding in
            guard ReservedVariables.contains(name) else { return }
            decoding.report(
                .invalidValue, at: located.position,
                "the variable \(VisibleText.quoted(name)) is not a manifest's to set",
                suggestion: "it says how programs are found, started or trusted: take a name of the tool's own")
        }
    }

    private static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, !Digits.isDigit(first) else { return false }
        return text.utf8.allSatisfy { Name.isForeignByte($0) && $0 != UInt8(ascii: "-") }
    }

    fileprivate static var credentialHeader: Shape {
        .text("a header's name such as `X-Figma-Token`", pattern: "^[A-Za-z0-9_-]+$", length: 1...64) {
            $0.utf8.allSatisfy { Name.isForeignByte($0) } ? $0 : nil
        }.checked { name, located, decoding in
            guard !CredentialHeader.canBe(name) else { return }
            decoding.report(
                .invalidValue, at: located.position, "the header \(VisibleText.quoted(name)) is not for credentials",
                suggestion: "it says something of the message, or is for the next machine only: take the one that the "
                    + "service reads its tokens from")
        }
    }

    fileprivate static var field: Shape {
        .text("a field's name such as `token`", pattern: "^[a-z][a-z0-9_]*$", length: 1...32) { text in
            Name.isDotted(text) && text.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
                ? text : nil
        }
    }

    fileprivate static var hostKey: Shape {
        .text(
            "a public key such as `ssh-ed25519 AAAA…`", pattern: "^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}$",
            length: 20...4096
        ) {
            let parts = $0.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            let isBase64 = parts.count == 2 && parts[1].allSatisfy { Name.isForeignByte($0) || "+/=".utf8.contains($0) }
            return isBase64 && !parts[1].contains(UInt8(ascii: "-")) && !parts[1].contains(UInt8(ascii: "_")) ? $0 : nil
        }
    }
}

extension Shape where Value == Bool {
    fileprivate static var constantTrue: Shape {
        boolean.describing(["const": true]).checked { value, located, decoding in
            guard !value else { return }
            decoding.report(
                .invalidValue, at: located.position, "expected `true`, found `false`",
                suggestion: "deliver it by `broker`, `memfd`, `file` or `socket` instead")
        }
    }
}
