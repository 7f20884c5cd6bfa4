import Diagnostics
import StrictJSON

/// What the keywords of a schema are and mean.
struct SchemaDialect: Sendable {
    enum Draft: Sendable {
        case draft7, draft2020
    }

    let uri: String
    let draft: Draft
    let keywords: Set<String>
    /// `format` asserts, whatever the options say.
    let assertsFormats: Bool

    /// Draft 2020-12, with the two keywords of older drafts that its metaschema still lists. They mean there what they
    /// meant, and a schema that uses them is meant to be held to them.
    static let draft2020 = SchemaDialect(
        uri: "https://json-schema.org/draft/2020-12/schema", draft: .draft2020,
        keywords: SchemaVocabulary.allCases.reduce(into: ["definitions", "dependencies"]) { $0.formUnion($1.keywords) },
        assertsFormats: false)

    /// Draft-07. Keywords beside `$ref` say nothing (Core, 8.3).
    static let draft7 = SchemaDialect(
        uri: "http://json-schema.org/draft-07/schema", draft: .draft7,
        keywords: draft2020.keywords.union(["additionalItems"]).subtracting([
            "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$defs", "prefixItems", "dependentSchemas",
            "dependentRequired", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties",
            "contentSchema", "deprecated",
        ]),
        assertsFormats: false)

    /// Metaschemas that name metaschemas, to be safe from circles.
    private static let maximumIndirection = 4

    /// The dialect of a `$schema`. A metaschema among the documents makes one by its `$vocabulary` (Core, 8.1.2); without
    /// any it is the dialect that it is written in.
    static func named(
        _ name: String, documents: SchemaDocuments, indirection: Int = 0
    ) throws(DialectRefusal) -> SchemaDialect {
        let uri = URIReference(name).document
        for dialect in [draft2020, draft7] where uri == dialect.uri { return dialect }
        guard indirection < maximumIndirection, let metaschema = documents.document(at: uri),
            let parent = metaschema["$schema"]?.stringValue
        else {
            throw DialectRefusal("the dialect \(VisibleText.quoted(name)) is not implemented")
        }
        let base = try named(parent, documents: documents, indirection: indirection + 1)
        guard base.draft == .draft2020, let vocabularies = metaschema["$vocabulary"]?.objectValue else {
            return SchemaDialect(
                uri: uri, draft: base.draft, keywords: base.keywords, assertsFormats: base.assertsFormats)
        }
        var keywords = SchemaVocabulary.core.keywords
        var assertsFormats = false
        for (name, isRequired) in vocabularies {
            if let vocabulary = SchemaVocabulary(uri: name) {
                keywords.formUnion(vocabulary.keywords)
                // Required or not: what is understood is applied (Validation, 7.2.2).
                if vocabulary == .formatAssertion { assertsFormats = true }
            } else if isRequired != .bool(false) {
                throw DialectRefusal("the dialect requires the vocabulary \(VisibleText.quoted(name))")
            }
        }
        return SchemaDialect(uri: uri, draft: .draft2020, keywords: keywords, assertsFormats: assertsFormats)
    }
}

/// Why a schema cannot be read in its dialect.
struct DialectRefusal: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    var remedy: String {
        "write the schema in \(SchemaDialect.draft2020.uri), or declare \(SchemaDialect.draft7.uri)#"
    }
}
