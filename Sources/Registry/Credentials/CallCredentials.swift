import Credentials
import Egress
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import StrictJSON

/// What one call gets of its credentials, each by the delivery that its manifest asks for.
struct CallCredentials: Sendable {
    /// Placeholders and paths; of a downgrade the secret itself.
    private(set) var environment: [(String, String)] = []
    private(set) var files = CallFiles()
    /// For the inspector.
    private(set) var injections: [Injection] = []
    private(set) var sockets: [CallSocket] = []

    /// - Throws: `CredentialError` if a secret does not fit its delivery.
    ///
    /// - Parameter socketPath: Gives names for sockets, in a folder that no box sees.
    init(_ issued: [CredentialStage.Issued], socketPath: () -> String) async throws(CredentialError) {
        do throws(CredentialError) {
            for one in issued { try await add(one, socketPath) }
        } catch {
            await close()
            throw error
        }
    }

    /// Ends what serves the call.
    func close() async { for socket in sockets { await socket.close() } }

    private mutating func add(
        _ one: CredentialStage.Issued, _ socketPath: () -> String
    ) async throws(CredentialError) {
        let name = one.resolved.template.name
        switch one.resolved.template.delivery {
        case .broker(let broker):
            let secret = try Self.single(one, broker.field)
            guard let destination = one.resolved.destination else {
                throw CredentialError(.unsupported, "the credential `\(name)` has no destination")
            }
            let placeholder = Placeholder.make()
            do throws(Injection.UnusableSecret) {
                injections.append(
                    try Injection(
                        name: name, placeholder: placeholder, secret: secret.withBytes { SecretBytes($0) },
                        destination: destination, methods: broker.methods, paths: one.resolved.paths,
                        headers: broker.headers, uses: broker.uses))
            } catch {
                throw CredentialError(
                    .unsupported, "the credential `\(name)` cannot be put into a header: \(error.reason)",
                    remedy: "deliver it by `file` or `memfd`")
            }
            environment.append((broker.variable, placeholder.text))
        case .memfd(let variable, let field):
            let number = try fit(name) { () throws(SandboxError) in
                try files.inherit(try Self.memory(one, field))
            }
            environment.append((variable, "/proc/self/fd/\(number)"))
        case .file(let file, let variable, let field):
            let path = try fit(name) { () throws(SandboxError) in
                try files.add(file, try Self.memory(one, field))
            }
            if let variable { environment.append((variable, path)) }
        case .environment(let variable, let field):
            let secret = try Self.single(one, field)
            let text = secret.withBytes { bytes -> String? in
                bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
            }
            guard let text else {
                throw CredentialError(
                    .unsupported, "the credential `\(name)` is no text, and a variable holds one",
                    remedy: "deliver it by `file` or `memfd`")
            }
            environment.append((variable, text))
        case .socket(let delivery):
            let socket: CallSocket
            switch delivery.kind {
            case .sshAgent:
                socket = try .sshAgent(
                    delivery, try Self.single(one, delivery.field), name: name, hostPath: socketPath())
            case .postgres: socket = try await .postgres(delivery, one, hostPath: socketPath())
            }
            sockets.append(socket)
            environment += socket.environment
        }
    }

    private func fit<Value>(
        _ name: String, _ body: () throws(SandboxError) -> Value
    ) throws(CredentialError) -> Value {
        do {
            return try body()
        } catch {
            throw CredentialError(.unsupported, "the credential `\(name)`: \(error.message)", remedy: error.remedy)
        }
    }

    private static func single(
        _ one: CredentialStage.Issued, _ field: String?
    ) throws(CredentialError) -> Secret {
        let fields = one.credential.fields
        guard let secret = field.map({ fields[$0] }) ?? (fields.count == 1 ? fields.first?.value : nil) else {
            throw CredentialError(
                .malformed, "the credential `\(one.resolved.template.name)` came without the field that is asked for")
        }
        return secret
    }

    /// The field; or the only one; or all of them as a JSON object.
    private static func memory(_ one: CredentialStage.Issued, _ field: String?) throws(SandboxError) -> SealedMemory {
        let fields = one.credential.fields
        if let secret = field.map({ fields[$0] }) ?? (fields.count == 1 ? fields.first?.value : nil) {
            let made = secret.withBytes { bytes in Result { () throws(SandboxError) in try SealedMemory(bytes) } }
            return try made.get()
        }
        var object = JSONObject()
        for (name, secret) in fields.sorted(by: { $0.key < $1.key }) {
            object[name] = .string(secret.withBytes { String(decoding: $0, as: UTF8.self) })
        }
        return try SealedMemory(JSON.object(object).encoded())
    }
}
