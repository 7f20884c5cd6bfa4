import StrictJSON

/// A schema with an identifier of its own: a document, or a part of one with `$id` (Core, 4.3.5).
struct SchemaResource {
    /// What references in it are relative to.
    let base: URIReference
    let dialect: SchemaDialect
    let root: SchemaPlace
    let schema: JSON
    /// What `$anchor`, `$dynamicAnchor` and draft-07's `"$id": "#name"` name.
    var anchors: [TextKey: SchemaTarget] = [:]
    var dynamicAnchors: Set<TextKey> = []
}

/// A schema that a reference leads to.
struct SchemaTarget {
    let place: SchemaPlace
    let schema: JSON
    /// The resource that the place lies in.
    let resource: Int
}

/// Why a reference leads nowhere; reads after "the reference `…`".
struct ReferenceRefusal: Error, Hashable {
    let reason: String
    let remedy: String?

    init(_ reason: String, remedy: String? = nil) {
        self.reason = reason
        self.remedy = remedy
    }
}
