import StrictJSON

/// Which source is asked, with all that it needs: the process that is asked keeps nothing.
package struct SourceCall: Sendable {
    /// `postgres`, `vault`, …: the word of the source's manifest.
    package var type: String
    /// As they stand in the manifest, with references in the place of secrets.
    package var options: JSON
    /// What the references lead to, by the names of their keys.
    package var secrets: [String: Secret]

    package init(type: String, options: JSON, secrets: [String: Secret]) {
        self.type = type
        self.options = options
        self.secrets = secrets
    }
}

extension SourceCall {
    var json: JSON {
        ["type": .string(type), "options": options, "secrets": JSON(secrets: secrets)]
    }

    init?(_ json: JSON) {
        guard let type = json["type"]?.stringValue, let options = json["options"],
            let secrets = json["secrets"]?.secrets
        else { return nil }
        self.init(type: type, options: options, secrets: secrets)
    }
}
