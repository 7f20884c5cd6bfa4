import Diagnostics
import StrictJSON

extension SourceConfiguration {
    /// The form of a file in `$AGENTBOX_HOME/sources`.
    static let shape: Shape<SourceConfiguration> = {
        let form = object(
            "a credential source",
            required("apiVersion", .apiVersion, "The version of the manifest language."),
            required("kind", .constant("CredentialSource"), "What this manifest is."),
            required("name", .sourceName, "What tools name it by in `credentials`."),
            optional("description", .prose("a description"), "What it is for, for the person who reviews it."),
            required("type", Shape<SourceType>.choice(), "What kind of source it is."),
            optional(
                "timeout", .duration, default: defaultTimeout, "How long one of its answers may take; `10s` if unset."),
            required("options", .anyMapping("a mapping"), "What a source of this type has to know.")
        ) { _, _, name, description, _, timeout, _ in
            (name: name, description: description, timeout: timeout)
        }
        return Shape(form.expectation, schema: SourceOptions.schema(within: form.schema)) { located, decoding in
            guard let head = form.decode(located, &decoding), let options = located["options"],
                let type = located["type"]?.json.stringValue.flatMap({ SourceType(rawValue: $0) })
            else { return nil }
            return decoding.inside(.key("options")) { SourceOptions.shape(of: type).decode(options, &$0) }.map {
                SourceConfiguration(
                    name: head.name, description: head.description, options: $0, timeout: head.timeout)
            }
        }
    }()
}

extension SourceOptions {
    static func shape(of type: SourceType) -> Shape<SourceOptions> {
        switch type {
        case .environment: EnvironmentSourceOptions.shape.map { .environment($0) }
        case .file: FileSourceOptions.shape.map { .file($0) }
        case .pass: PassSourceOptions.shape.map { .pass($0) }
        case .secretService: SecretServiceOptions.shape.map { .secretService($0) }
        case .jwt: JWTSourceOptions.shape.map { .jwt($0) }
        case .x509: X509SourceOptions.shape.map { .x509($0) }
        case .postgres: RemoteSourceOptions.shape(PostgresOptions.shape) { .postgres($0) }
        case .vault: RemoteSourceOptions.shape(VaultOptions.shape) { .vault($0) }
        case .oauth: RemoteSourceOptions.shape(OAuthOptions.shape) { .oauth($0) }
        case .awsSTS: RemoteSourceOptions.shape(STSOptions.shape) { .awsSTS($0) }
        case .githubApp: RemoteSourceOptions.shape(GitHubAppOptions.shape) { .githubApp($0) }
        }
    }

    /// The schema says for each type what its options are.
    fileprivate static func schema(within schema: JSON) -> JSON {
        var object = schema.objectValue ?? JSONObject()
        object["anyOf"] = .array(
            SourceType.allCases.map { type in
                let described = shape(of: type).describing(["description": "What a source of this type has to know."])
                return [
                    "properties": [
                        "type": ["description": "What kind of source it is.", "const": .string(type.rawValue)],
                        "options": described.schema,
                    ]
                ]
            })
        return .object(object)
    }
}
