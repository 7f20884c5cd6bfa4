import Diagnostics
import StrictJSON

extension EnvironmentSourceOptions {
    static let shape: Shape<EnvironmentSourceOptions> = object(
        "a mapping with `variable`",
        required("variable", .hostVariable, "The variable of the environment that agentbox is started in."),
        whole
    ) { EnvironmentSourceOptions(variable: $0, isWhole: $1) }
}

extension FileSourceOptions {
    static let shape: Shape<FileSourceOptions> = object(
        "a mapping with `path`",
        required("path", .absolutePath, "The file that holds the secret; a newline at its end is no part of it."),
        whole
    ) { FileSourceOptions(path: $0, isWhole: $1) }
}

extension PassSourceOptions {
    static let shape: Shape<PassSourceOptions> = object(
        "a mapping with `entry`",
        required("entry", .passEntry, "The entry's name; its first line is the secret."),
        optional("store", .absolutePath, "The store's folder; where `pass` looks by itself if unset."),
        whole
    ) { PassSourceOptions(entry: $0, store: $1, isWhole: $2) }
}

extension SecretServiceOptions {
    static let shape: Shape<SecretServiceOptions> = object(
        "a mapping with `attributes`",
        required("attributes", .attributes, "What the item is looked up by."),
        whole
    ) { SecretServiceOptions(attributes: $0, isWhole: $1) }
}

/// Of the sources that hand out what was there before.
private let whole = optional(
    "whole", .boolean, default: false, shown: false,
    "Hands out all that it opens to tools whose `scope` asks for a part, which it refuses otherwise: it cannot be cut.")

extension JWTSourceOptions {
    static let shape: Shape<JWTSourceOptions> = object(
        "a mapping with `issuer` and `audiences`",
        required("issuer", .uri, "`iss` of the tokens: a URL."),
        required(
            "audiences", .list(of: .line("an audience"), "a list of audiences", count: 1...64).unique { $0 },
            "Whom a token can be for. A credential's `scope: {audience: …}` names one."),
        optional("key", .keyName, default: "default", shown: "default", "`$AGENTBOX_HOME/keys/jwt-NAME.pem`.")
    ) { JWTSourceOptions(issuer: $0, audiences: $1, key: $2) }
}

extension X509SourceOptions {
    static let shape: Shape<X509SourceOptions> = object(
        "a mapping with `trustDomain`",
        required(
            "trustDomain",
            .text("a trust domain such as `example.org`", pattern: "^[a-z0-9._-]+$", length: 1...255) {
                $0.utf8.allSatisfy { Name.isNameByte($0) || $0 == UInt8(ascii: ".") } ? $0 : nil
            }, "The authority's part of the SPIFFE IDs."),
        optional("key", .keyName, default: "default", shown: "default", "`$AGENTBOX_HOME/keys/x509-NAME.pem`.")
    ) { X509SourceOptions(trustDomain: $0, key: $1) }
}

extension SecretReference {
    /// `{file: /…}`, `{environment: NAME}`, `{pass: entry}` or `{secret-service: {…}}`.
    static let shape: Shape<SecretReference> = object(
        "a reference to a secret such as `{file: /etc/agentbox/vault-token}`",
        optional("file", .absolutePath, "A file that only its owner can read."),
        optional("environment", .hostVariable, "A variable of the environment that agentbox is started in."),
        optional("pass", .passEntry, "An entry of the password store; its first line is the secret."),
        optional("secret-service", .attributes, "An item of the desktop's keyring, by its attributes.")
    ) { file, environment, pass, attributes in
        file.map { .file($0) } ?? environment.map { .environment($0) } ?? pass.map { .pass($0) }
            ?? attributes.map { .secretService($0) }
    }.exactlyOne(of: ["file", "environment", "pass", "secret-service"]).chosen()
}

extension Shape where Value == SecretReference? {
    fileprivate func chosen() -> Shape<SecretReference> {
        Shape<SecretReference>(expectation, schema: schema) { located, decoding in decode(located, &decoding) ?? nil }
    }
}

extension Shape where Value == [String: String] {
    fileprivate static var attributes: Shape {
        let entries = Shape<[MappingEntry<String, String>]>.mapping(
            "a mapping of attributes", key: "an attribute's name", keyPattern: "^[A-Za-z0-9_.:-]{1,64}$", count: 1...16,
            parseKey: { key in
                let fits = (1...64).contains(key.utf8.count)
                return fits && key.utf8.allSatisfy { Name.isForeignByte($0) || ".:".utf8.contains($0) } ? key : nil
            }, value: .line("an attribute's value"))
        return Shape(entries.expectation, schema: entries.schema) { located, decoding in
            entries.decode(located, &decoding).map { list in
                Dictionary(list.map { ($0.name, $0.value) }) { first, _ in first }
            }
        }
    }
}

extension Shape where Value == String {
    static var absolutePath: Shape {
        .text("an absolute path without `.` and `..`", pattern: Paths.absolutePattern, length: 2...4096) {
            Paths.isAbsolute($0) ? $0 : nil
        }
    }

    static var hostVariable: Shape {
        .text("a variable's name", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", length: 1...128) { text in
            guard let first = text.utf8.first, !Digits.isDigit(first) else { return nil }
            return text.utf8.allSatisfy { Name.isForeignByte($0) && $0 != UInt8(ascii: "-") } ? text : nil
        }
    }

    /// Relative, so that it stays in the store, and no option of `pass`.
    static var passEntry: Shape {
        .text("an entry's name such as `work/github`", pattern: Paths.relativePattern, length: 1...512) { text in
            Paths.isRelative(text) && text.utf8.first != UInt8(ascii: "-") ? text : nil
        }
    }

    static var keyName: Shape {
        .text("a key's name such as `default`", pattern: "^[a-z][a-z0-9_-]*$", length: 1...32) { text in
            Name.isDotted(text) && !text.utf8.contains(UInt8(ascii: ".")) ? text : nil
        }
    }

    /// An absolute URL in printable ASCII.
    static var uri: Shape {
        .text("a URL such as `https://agentbox.example.com`", pattern: "^[a-z][a-z0-9+.-]*:[!-~]+$", length: 3...2048) {
            text in
            let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2, let first = parts[0].first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
                parts[0].allSatisfy({ Name.isNameByte($0) || "+.".utf8.contains($0) }),
                parts[1].allSatisfy({ (0x21...0x7E).contains($0) })
            else { return nil }
            return text
        }
    }
}
