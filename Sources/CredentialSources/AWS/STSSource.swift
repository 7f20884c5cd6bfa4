import Credentials
import LinuxIO
import Manifests
import StrictJSON

/// Sessions of a role of AWS. Nobody can end one (what denies older sessions of a role denies those of other calls too):
/// its policy allows nothing after the lease's lifetime, and 15 minutes after it was made it is dead.
struct STSSource: ServedSource {
    private let options: STSOptions
    private let context: SourceContext
    private static let shortest = Duration.seconds(900)

    init(_ options: STSOptions, _ context: SourceContext) {
        self.options = options
        self.context = context
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let scope = try request.scope { json throws(ManifestErrors) in try STSScope(json) }
        let end = Timestamp.now().adding(request.lifetime)
        let duration = max(Self.shortest, request.lifetime)
        var form = [
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", options.role),
            ("RoleSessionName", "agentbox-\(request.lease)"), ("DurationSeconds", "\(duration.components.seconds)"),
            ("Policy", try SessionPolicy.text(scope, until: end)),
        ]
        if let external = options.externalID { form.append(("ExternalId", external)) }
        if options.tags {
            for (index, tag) in Self.tags(of: request.call).enumerated() {
                form.append(("Tags.member.\(index + 1).Key", tag.0))
                form.append(("Tags.member.\(index + 1).Value", tag.1))
            }
        }
        let signature = SignatureV4(
            accessKey: try context.text("accessKey"), secretKey: try context.text("secretKey"),
            sessionToken: options.sessionToken == nil ? nil : try context.text("sessionToken"),
            region: options.region, service: "sts")
        let reply = try await send(form, signature)
        guard reply.status == 200, let answer = PlainXML(reply.body) else { throw Self.refusal(reply) }
        return try read(answer, request, end, reply.place)
    }

    private func read(
        _ answer: PlainXML, _ request: CredentialRequest, _ end: Timestamp, _ place: String
    ) throws(CredentialError) -> MintedCredential {
        let given = answer.child("AssumeRoleResult", "Credentials")
        guard answer.name == "AssumeRoleResponse", let access = given?.child("AccessKeyId")?.text,
            let secret = given?.child("SecretAccessKey")?.text, let session = given?.child("SessionToken")?.text,
            let expires = given?.child("Expiration").flatMap({ Timestamp(rfc3339: $0.text) }),
            [access, secret, session].allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
        else { throw CredentialError(.malformed, "\(place) answered without credentials") }
        let most = Timestamp.now().adding(max(Self.shortest, request.lifetime) + .seconds(300))
        guard expires <= most else {
            throw CredentialError(
                .malformed, "\(place) gave a session that lives longer than it was asked for, or the clocks differ")
        }
        return MintedCredential(
            fields: [
                "accessKeyId": Secret(access), "secretAccessKey": Secret(secret), "sessionToken": Secret(session),
            ],
            handle: LeaseHandle(
                lease: request.lease,
                details: ["until": .string(end.description), "session": .string(expires.description)],
                scope: request.scope),
            expires: min(end, expires))
    }

    /// What AWS takes in a tag's value, and its records show.
    private static func tags(of call: CallBinding) -> [(String, String)] {
        [
            ("agentbox-run", call.run), ("agentbox-call", call.call), ("agentbox-task", call.task),
            ("agentbox-tool", call.tool), ("agentbox-principal", call.principal),
        ].map { name, value in
            let fit = value.unicodeScalars.map { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || " _.:/=+-@".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
            }
            return (name, String(fit.prefix(256)))
        }
    }

    private func send(
        _ form: [(String, String)], _ signature: SignatureV4
    ) async throws(CredentialError) -> HTTPReply {
        let body = FormEncoding.body(form)
        // A service URL: scheme, authority and perhaps a path.
        let parts = options.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let path = parts.count > 3 ? "/" + parts[3] : "/"
        let headers = signature.headers(
            "POST", path: path,
            headers: [
                ("host", String(parts[2])),
                ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ], body: body, at: .now())
        let url = parts.prefix(3).joined(separator: "/") + path
        return try await HTTPCaller.with(context) { (caller) throws(CredentialError) in
            try await caller.send(.POST, url, headers: headers, body: body)
        }
    }

    private static func refusal(_ reply: HTTPReply) -> CredentialError {
        guard let answer = PlainXML(reply.body), let error = answer.child("Error") else {
            return CredentialError(
                reply.status < 500 ? .malformed : .unreachable,
                "\(reply.place) answered what nobody understands (status \(reply.status))")
        }
        let code = error.child("Code")?.text ?? "status \(reply.status)"
        return CredentialError(
            reply.status < 500 && code != "Throttling" ? .refused : .unreachable,
            "\(reply.place) refused: \(code): \(error.child("Message")?.text ?? "")",
            remedy: code == "SignatureDoesNotMatch" || code == "RequestExpired" ? "see whether the clock is right" : nil
        )
    }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {}

    func probe(
        _ lease: LeaseHandle, with credential: MintedCredential?
    ) async throws(CredentialError) -> ProbeResult {
        guard let credential else {
            return .unknown("nobody has the session any more; it dies by itself")
        }
        let signature = SignatureV4(
            accessKey: try credential.text("accessKeyId"), secretKey: try credential.text("secretAccessKey"),
            sessionToken: try credential.text("sessionToken"), region: options.region, service: "sts")
        let reply = try await send([("Action", "GetCallerIdentity"), ("Version", "2011-06-15")], signature)
        if reply.status == 200 {
            let until = lease.details["until"]?.stringValue.flatMap { Timestamp($0) }
            guard let until, until <= .now() else {
                return .accepted(
                    "AWS knows the session; it may do something until \(until?.description ?? "it expires")")
            }
            return .unknown("AWS knows the session; its policy allows nothing since \(until)")
        }
        let code = PlainXML(reply.body)?.child("Error", "Code")?.text
        return code == "ExpiredToken" || code == "InvalidClientTokenId"
            ? .refused("AWS does not know the session any more") : .unknown("AWS answered with status \(reply.status)")
    }
}
