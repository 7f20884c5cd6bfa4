import Credentials
import LinuxIO
import Manifests
import StrictJSON

/// HashiCorp Vault and OpenBao.
struct VaultSource: ServedSource {
    private let options: VaultOptions
    private let context: SourceContext

    init(_ options: VaultOptions, _ context: SourceContext) {
        self.options = options
        self.context = context
    }

    private func with<Success: Sendable>(
        _ body: (VaultServer) async throws(CredentialError) -> Success
    ) async throws(CredentialError) -> Success {
        let (options, context) = (options, context)
        return try await HTTPCaller.with(context) { (caller) throws(CredentialError) in
            let server: VaultServer
            do throws(CredentialError) {
                server = try await VaultServer.login(options, context, caller)
            } catch {
                throw error.leavingNothing()
            }
            return try await body(server)
        }
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let scope = try request.scope { json throws(ManifestErrors) in try VaultScope(json) }
        return try await with { (server) throws(CredentialError) in
            switch scope {
            case .stored(let mount, let path, let fields, let isWrapped):
                let minted = try await read("\(mount)/data/\(path)", fields, isWrapped, request, server)
                await server.logout()
                return minted
            case .token(let policies, let uses):
                let made = try await server.makeToken(for: request, policies: policies, uses: uses)
                return minted(request, ["token": made.token], handle(made.accessor, server))
            case .database(let mount, let role):
                return try await derive(request, server) { (own, details) throws(CredentialError) in
                    let answer = try await own.ask(.GET, "\(mount)/creds/\(role)")
                    details["lease"] = .string(try text(answer, "lease_id"))
                    return [
                        "username": try text(answer["data"], "username"),
                        "password": try text(answer["data"], "password"),
                    ]
                }
            case .certificate(let mount, let role, let commonName, let names, let uris):
                return try await derive(request, server) { (own, details) throws(CredentialError) in
                    let answer = try await own.ask(
                        .POST, "\(mount)/issue/\(role)",
                        [
                            "common_name": .string(commonName), "alt_names": .string(names.joined(separator: ",")),
                            "uri_sans": .string(uris.joined(separator: ",")),
                            "ttl": .string(request.lifetime.vaultText), "format": "pem",
                        ])
                    details["serial"] = .string(try text(answer["data"], "serial_number"))
                    let chain = (answer["data"]?["ca_chain"]?.arrayValue ?? []).compactMap(\.stringValue)
                    return [
                        "certificate": try text(answer["data"], "certificate"),
                        "key": try text(answer["data"], "private_key"),
                        "chain": chain.isEmpty ? try text(answer["data"], "issuing_ca") : chain.joined(separator: "\n"),
                    ]
                }
            }
        }
    }

    /// A secret that somebody stored, or a token that unwraps it.
    private func read(
        _ path: String, _ fields: [String], _ isWrapped: Bool, _ request: CredentialRequest, _ server: VaultServer
    ) async throws(CredentialError) -> MintedCredential {
        let answer = try await server.ask(.GET, path, wrapping: isWrapped ? request.lifetime : nil)
        if isWrapped {
            let token = try text(answer["wrap_info"], "token")
            return minted(
                request, ["token": token], ["wrapping": .string(try text(answer["wrap_info"], "accessor"))])
        }
        guard answer["wrap_info"]?.objectValue == nil else {
            throw CredentialError(.malformed, "\(options.address) wrapped what was not to be wrapped")
        }
        var found: [String: String] = [:]
        for field in fields { found[field] = try text(answer["data"]?["data"], field) }
        var minted = minted(request, found, [:])
        minted.expires = nil
        return minted
    }

    /// What is made with a token of the lease's own, and ends with it.
    private func derive(
        _ request: CredentialRequest, _ server: VaultServer,
        _ make: (VaultServer, inout JSONObject) async throws(CredentialError) -> [String: String]
    ) async throws(CredentialError) -> MintedCredential {
        let own = try await server.makeToken(for: request, policies: nil)
        var details = handle(own.accessor, server)
        do throws(CredentialError) {
            return minted(request, try await make(server.with(own.token), &details), details)
        } catch {
            // Whoever asked ends the lease too; sooner is better.
            try? await server.revokeToken(own.accessor)
            await server.logout()
            throw error
        }
    }

    private func handle(_ accessor: String, _ server: VaultServer) -> JSONObject {
        var details: JSONObject = ["accessor": .string(accessor)]
        details["login"] = server.login.map(JSON.string)
        return details
    }

    private func minted(
        _ request: CredentialRequest, _ fields: [String: String], _ details: JSONObject
    ) -> MintedCredential {
        MintedCredential(
            fields: fields.mapValues { Secret($0) },
            handle: LeaseHandle(lease: request.lease, details: .object(details), scope: request.scope),
            expires: Timestamp.now().adding(request.lifetime))
    }

    private func text(_ json: JSON?, _ name: String) throws(CredentialError) -> String {
        try HTTPReply.text(json, name, of: options.address.text)
    }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        let scope = try lease.vaultScope()
        if case .stored(_, _, _, false) = scope { return }
        try await with { (server) throws(CredentialError) in
            if let wrapping = lease.details["wrapping"]?.stringValue {
                try await server.revokeToken(wrapping)
            } else if case .stored = scope {
                // Wrapping tokens say nothing of whom they are for: one that a crash lost dies by its time to live.
            } else if let accessor = lease.details["accessor"]?.stringValue {
                if let name = lease.details["lease"]?.stringValue {
                    _ = try await server.ask(
                        .PUT, "sys/leases/revoke", ["lease_id": .string(name), "sync": true])
                }
                if let serial = lease.details["serial"]?.stringValue, case .certificate(let mount, _, _, _, _) = scope {
                    _ = try await server.ask(.POST, "\(mount)/revoke", ["serial_number": .string(serial)])
                }
                try await server.revokeToken(accessor)
                if let login = lease.details["login"]?.stringValue { try await server.revokeToken(login) }
            } else {
                for accessor in try await server.tokens(of: lease.lease) { try await server.revokeToken(accessor) }
                if case .certificate = scope {
                    await server.logout()
                    // A certificate outlives the token that it was issued with.
                    throw CredentialError(
                        .lost, "whether a certificate was issued nobody knows, nor its serial number",
                        remedy: "look for it in the engine's list, or wait until it expires")
                }
            }
            await server.logout()
        }
    }

    func probe(
        _ lease: LeaseHandle, with credential: MintedCredential?
    ) async throws(CredentialError) -> ProbeResult {
        let scope = try lease.vaultScope()
        if case .stored(_, _, _, false) = scope { return .accepted("a stored secret lives on") }
        return try await with { (server) throws(CredentialError) in
            let result: ProbeResult
            switch scope {
            case .stored: result = try await server.probeWrapping(credential)
            case .token: result = try await server.probeToken(lease, credential)
            case .database: result = try await server.probeLease(lease)
            case .certificate(let mount, _, _, _, _): result = try await server.probeCertificate(lease, mount)
            }
            await server.logout()
            return result
        }
    }
}

extension LeaseHandle {
    fileprivate func vaultScope() throws(CredentialError) -> VaultScope {
        do throws(ManifestErrors) {
            return try VaultScope(scope)
        } catch {
            throw CredentialError(.unsupported, error.message)
        }
    }
}
