import Glibc
import TestSupport
import Testing

@testable import Approvals

/// Real keys and real signatures, made by ssh-keygen; security keys by the software provider of Debian's openssh-tests.
final class Keyring: Sendable {
    let folder: TemporaryFolder

    static let provider = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so"

    init() throws { folder = try TemporaryFolder() }

    /// What ssh-keygen calls a type of key, with the options that make one.
    enum Kind: String, CaseIterable, Sendable {
        case ed25519
        case ecdsa256, ecdsa384, ecdsa521
        case rsa
        case ed25519SK, ecdsaSK

        var isSecurityKey: Bool { self == .ed25519SK || self == .ecdsaSK }

        fileprivate var options: [String] {
            switch self {
            case .ed25519: ["-t", "ed25519"]
            case .ecdsa256: ["-t", "ecdsa", "-b", "256"]
            case .ecdsa384: ["-t", "ecdsa", "-b", "384"]
            case .ecdsa521: ["-t", "ecdsa", "-b", "521"]
            case .rsa: ["-t", "rsa", "-b", "2048"]
            case .ed25519SK: ["-t", "ed25519-sk", "-w", Keyring.provider]
            case .ecdsaSK: ["-t", "ecdsa-sk", "-w", Keyring.provider]
            }
        }
    }

    /// Makes a key. The name is that of its file.
    @discardableResult
    func make(_ name: String, _ kind: Kind = .ed25519, options: [String] = []) throws -> String {
        try run(["ssh-keygen", "-q", "-N", "", "-C", "", "-f", folder(name)] + kind.options + options)
        return name
    }

    /// The line of the key's file: type and base64.
    func publicLine(_ name: String) throws -> String {
        let words = String(decoding: try folder.read(name + ".pub"), as: UTF8.self).split(separator: " ")
        return words.prefix(2).joined(separator: " ").trimmingNewlines
    }

    func publicBlob(_ name: String) throws -> [UInt8] {
        let words = try publicLine(name).split(separator: " ")
        return try #require(Base64.bytes(Array(words[1].utf8)))
    }

    func publicKey(_ name: String) throws -> SSHPublicKey { try SSHPublicKey(blob: try publicBlob(name)) }

    /// An armoured signature.
    func sign(
        _ message: [UInt8], with name: String, namespace: String = Approvals.namespace, hash: String = "sha512"
    ) throws -> [UInt8] {
        let file = try folder.write("message-\(name)", message)
        unlink(file + ".sig")
        try run([
            "ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-O", "hashalg=\(hash)", "-f", folder(name), file,
        ])
        return try folder.read("message-\(name).sig")
    }

    /// The same with the certificate that `certify` made, by an agent, which is the way there is.
    func signWithCertificate(_ message: [UInt8], with name: String) throws -> [UInt8] {
        let file = try folder.write("message-\(name)", message)
        unlink(file + ".sig")
        let script =
            "ssh-add -q \(folder(name)) && ssh-keygen -q -Y sign -n \(Approvals.namespace) -f \(folder(name))-cert.pub \(file)"
        try run(["ssh-agent", "-P", Self.provider, "sh", "-c", script])
        return try folder.read("message-\(name).sig")
    }

    /// Certifies a key; the certificate lies beside it.
    ///
    /// - Returns: Its blob.
    @discardableResult
    func certify(
        _ name: String, by authority: String, principals: String? = "alice@example.com", validity: String = "-5m:+1h",
        serial: UInt64 = 1, keyID: String = "alice", options: [String] = []
    ) throws -> [UInt8] {
        try run(
            ["ssh-keygen", "-q", "-s", folder(authority), "-I", keyID, "-z", "\(serial)", "-V", validity]
                + (principals.map { ["-n", $0] } ?? []) + options + [folder(name) + ".pub"])
        let words = String(decoding: try folder.read(name + "-cert.pub"), as: UTF8.self).split(separator: " ")
        return try #require(Base64.bytes(Array(words[1].utf8)))
    }

    /// What ssh-keygen itself says of a signature.
    func accepts(
        _ signature: [UInt8], _ message: [UInt8], as name: String, signers: String, revoked: [UInt8]? = nil,
        namespace: String = Approvals.namespace
    ) throws -> Bool {
        let files = try TemporaryFolder()
        var words = [
            "ssh-keygen", "-Y", "verify", "-n", namespace, "-I", name, "-f", try files.write("signers", signers), "-s",
            try files.write("signature", signature),
        ]
        if let revoked { words += ["-r", try files.write("revoked", revoked)] }
        return Command.run(words, input: String(decoding: message, as: UTF8.self)).status == 0
    }

    /// A KRL of what a specification of ssh-keygen says.
    ///
    /// - Parameter authority: `none` stands for any.
    func revocationList(_ specification: String, authority: String? = nil) throws -> [UInt8] {
        let files = try TemporaryFolder()
        let input = try files.write("specification", specification)
        try run(
            ["ssh-keygen", "-q", "-k", "-f", files("krl")]
                + (authority.map { ["-s", $0 == "none" ? $0 : folder($0) + ".pub"] } ?? [])
                + [input])
        return try files.read("krl")
    }

    private func run(_ words: [String]) throws {
        let path = "/usr/local/bin:/usr/bin:/bin"
        let result = Command.run(
            words, environment: ["PATH": path, "HOME": folder.path, "SSH_SK_PROVIDER": Self.provider])
        guard result.status == 0 else {
            throw TestSupportError("\(words.joined(separator: " ")): \(result.status) \(result.errorOutput)")
        }
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        String(self.drop { $0.isNewline }.reversed().drop { $0.isNewline }.reversed())
    }
}

/// Keys that many tests share, since making them takes its time: one of each kind, named for it.
enum SharedKeys {
    private static let made = Result {
        let keyring = try Keyring()
        for kind in Keyring.Kind.allCases { try keyring.make(kind.rawValue, kind) }
        return keyring
    }

    static func keyring() throws -> Keyring { try made.get() }
}
