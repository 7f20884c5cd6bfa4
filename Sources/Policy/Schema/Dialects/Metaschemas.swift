import StrictJSON

/// The schemas that schemas of draft 2020-12 and draft-07 are instances of, so that a schema may refer to them.
enum Metaschemas {
    /// By URI, without a fragment.
    static let documents: [TextKey: JSON] = {
        var documents: [TextKey: JSON] = [:]
        for text in draft2020 + [draft7] {
            guard let document = try? JSON(parsing: text), let identifier = document["$id"]?.stringValue else {
                continue
            }
            documents[TextKey(URIReference(identifier).document)] = document
        }
        return documents
    }()
}
