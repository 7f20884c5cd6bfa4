import StrictJSON

/// Schemas that others may refer to by URI, given beforehand. Nothing is ever fetched: a reference to a document that is
/// neither here nor inside the schema itself is refused when the schema is compiled.
///
/// The metaschemas of draft 2020-12 and draft-07 are always there.
///
/// ```swift
/// let documents = SchemaDocuments(["https://example.com/money.json": ["type": "number", "minimum": 0]])
/// let options = SchemaOptions(documents: documents)
/// try CompiledSchema.compile(["$ref": "https://example.com/money.json"], options: options)
/// ```
package struct SchemaDocuments: Sendable {
    private let documents: [TextKey: JSON]

    /// Documents by their absolute URI. An empty fragment does not count.
    package init(_ documents: [String: JSON] = [:]) {
        self.documents = documents.reduce(into: [:]) { $0[TextKey(URIReference($1.key).document)] = $1.value }
    }

    /// The document of a URI without a fragment. What is built in cannot be replaced.
    func document(at uri: String) -> JSON? {
        Metaschemas.documents[TextKey(uri)] ?? documents[TextKey(uri)]
    }
}
