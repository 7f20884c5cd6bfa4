import Approvals
import Credentials

import struct Foundation.Data

/// What an ssh-agent answers that holds one key for one host (draft-miller-ssh-agent; OpenSSH's PROTOCOL.agent).
///
/// Attack: whoever has an agent's socket signs in everywhere, and signs whatever else that key is good for. This one signs
/// a request to be let in to the session that the client has bound its connection to (`session-bind@openssh.com`), whose
/// host has proven that it has one of the keys of the manifest, and nothing else: no commit, no file, no other host, no
/// forwarding.
struct SSHAgent: Sendable {
    private let key: SSHAgentKey
    private let hostKeys: [[UInt8]]

    /// Of a message, in bytes; longer ones end the connection.
    static let longestMessage = 64 << 10

    /// - Parameter hostKeys: As `known_hosts` has them: `ssh-ed25519 AAAA…`.
    init(key: Secret, hostKeys: [String]) throws(CredentialError) {
        self.key = try SSHAgentKey(key)
        self.hostKeys = try hostKeys.map { (text) throws(CredentialError) in
            let parts = text.split(separator: " ")
            guard parts.count == 2, let blob = Data(base64Encoded: String(parts[1])),
                (try? SSHPublicKey(blob: Array(blob))) != nil
            else {
                throw CredentialError(.unsupported, "`\(text.prefix(60))` is no public key of a host")
            }
            return Array(blob)
        }
    }

    /// What one connection has shown so far.
    struct Connection: Sendable {
        fileprivate var session: [UInt8]?
        fileprivate var isSpoilt = false
    }

    private enum Message {
        static let failure: UInt8 = 5
        static let success: UInt8 = 6
        static let requestIdentities: UInt8 = 11
        static let identitiesAnswer: UInt8 = 12
        static let signRequest: UInt8 = 13
        static let signResponse: UInt8 = 14
        static let extensionRequest: UInt8 = 27
    }

    /// The answer to one message, both without their lengths. What is not understood is refused.
    func answer(_ message: [UInt8], _ connection: inout Connection) -> [UInt8] {
        (try? reply(message, &connection)) ?? [Message.failure]
    }

    private func reply(_ message: [UInt8], _ connection: inout Connection) throws -> [UInt8] {
        var reader = SSHReader(message, "message")
        switch try reader.byte("type") {
        case Message.requestIdentities:
            try reader.end()
            var writer = SSHWriter()
            writer.uint32(1)
            writer.string(key.blob)
            writer.string("agentbox, for one call and one host")
            return [Message.identitiesAnswer] + writer.bytes
        case Message.extensionRequest:
            guard try reader.text("extension") == "session-bind@openssh.com" else { return [Message.failure] }
            return try bind(&reader, &connection) ? [Message.success] : [Message.failure]
        case Message.signRequest:
            let blob = Array(try reader.string("key"))
            let data = Array(try reader.string("data"))
            _ = try reader.uint32("flags")
            try reader.end()
            guard blob == key.blob, isSignIn(data, connection) else { return [Message.failure] }
            var writer = SSHWriter()
            writer.string(try key.signature(of: data))
            return [Message.signResponse] + writer.bytes
        default: return [Message.failure]
        }
    }

    /// Once: a connection that was bound to a second session, or to one that is forwarded, signs nothing any more.
    private func bind(_ reader: inout SSHReader, _ connection: inout Connection) throws -> Bool {
        let host = Array(try reader.string("host key", limit: 8 << 10))
        let session = Array(try reader.string("session", limit: 256))
        let signature = try reader.string("signature", limit: 8 << 10)
        let isForwarding = try reader.byte("flag") != 0
        try reader.end()
        guard connection.session == nil, !isForwarding, hostKeys.contains(host), !session.isEmpty,
            try SSHPublicKey(blob: host).verifies(signatureBlob: signature, over: session)
        else {
            connection.isSpoilt = true
            return false
        }
        connection.session = session
        return true
    }

    /// RFC 4252, 7: what a client signs to be let in; with the host's key where it says so
    /// (`publickey-hostbound-v00@openssh.com`).
    private func isSignIn(_ data: [UInt8], _ connection: Connection) -> Bool {
        guard let session = connection.session, !connection.isSpoilt else { return false }
        do {
            var reader = SSHReader(data, "request")
            guard Array(try reader.string("session")) == session, try reader.byte("kind") == 50 else { return false }
            _ = try reader.string("user", limit: 1024)
            guard try reader.text("service") == "ssh-connection" else { return false }
            let method = try reader.text("method")
            guard try reader.byte("flag") == 1, try reader.text("algorithm") == "ssh-ed25519",
                Array(try reader.string("key")) == key.blob
            else { return false }
            if method == "publickey-hostbound-v00@openssh.com" {
                guard hostKeys.contains(Array(try reader.string("host key"))) else { return false }
            } else if method != "publickey" {
                return false
            }
            return reader.isAtEnd
        } catch {
            return false
        }
    }
}
