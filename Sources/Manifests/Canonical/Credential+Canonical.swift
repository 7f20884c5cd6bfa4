import StrictJSON

extension CredentialTemplate {
    /// As a manifest has it, every default written out.
    package var canonicalJSON: JSON {
        var object = CanonicalObject()
        object.add("name", name)
        object.add("source", source.rawValue)
        object.add("scope", scope.source)
        object.add("revocability", revocability?.rawValue)
        object.add("lifetime", lifetime)
        object.add("deliver", delivery.canonicalJSON)
        return object.json
    }
}

extension CredentialDelivery {
    package var canonicalJSON: JSON {
        var object = CanonicalObject()
        switch self {
        case .broker(let broker):
            object.add("to", broker.to.source)
            if !broker.methods.isEmpty { object.add("methods", broker.methods.map(\.rawValue)) }
            if !broker.paths.isEmpty { object.add("paths", broker.paths.map(\.source)) }
            if !broker.headers.isEmpty { object.add("headers", broker.headers) }
            object.add("uses", broker.uses)
        case .file(let name, _, _): object.add("name", name)
        case .socket(let socket):
            object.add("protocol", socket.kind.rawValue)
            if !socket.hostKeys.isEmpty { object.add("hostKeys", socket.hostKeys) }
            object.add("to", socket.to?.source)
        case .environment: object.add("downgrade", true)
        case .memfd: break
        }
        object.add("variable", variable)
        object.add("field", field)
        return [word: object.json]
    }
}

extension SourceConfiguration {
    /// What a lease's record names it by: a source that was changed is another one.
    package func canonicalJSON() -> JSON {
        var object = CanonicalObject(kind: "CredentialSource")
        object.add("name", name.rawValue)
        object.add("description", description)
        object.add("type", options.type.rawValue)
        object.add("timeout", timeout)
        object.add("options", options.canonicalJSON)
        return object.json
    }
}

extension SourceOptions {
    fileprivate var canonicalJSON: JSON {
        var object = CanonicalObject()
        switch self {
        case .environment(let options): object.add("variable", options.variable)
        case .file(let options): object.add("path", options.path)
        case .pass(let options):
            object.add("entry", options.entry)
            object.add("store", options.store)
        case .secretService(let options): object.add("attributes", options.attributes.canonicalJSON)
        case .jwt(let options):
            object.add("issuer", options.issuer)
            object.add("audiences", options.audiences)
            object.add("key", options.key)
        case .x509(let options):
            object.add("trustDomain", options.trustDomain)
            object.add("key", options.key)
        case .remote(let options): return options.written
        }
        if isWhole { object.add("whole", true) }
        return object.json
    }
}

extension SecretReference {
    /// As a manifest has it.
    var canonicalJSON: JSON {
        switch self {
        case .file(let path): ["file": .string(path)]
        case .environment(let name): ["environment": .string(name)]
        case .pass(let entry): ["pass": .string(entry)]
        case .secretService(let attributes): ["secret-service": attributes.canonicalJSON]
        }
    }
}

extension [String: String] {
    fileprivate var canonicalJSON: JSON {
        var object = JSONObject()
        for (key, value) in sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }
}
