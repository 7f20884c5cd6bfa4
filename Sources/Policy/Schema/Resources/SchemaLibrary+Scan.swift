import Diagnostics
import StrictJSON

extension SchemaLibrary {
    /// Takes in the names in a document, and so makes its root a resource.
    mutating func scanRoot(_ document: JSON, at place: SchemaPlace, base: URIReference, dialect: SchemaDialect) {
        var base = base
        var dialect = dialect
        if let members = document.objectValue {
            dialect = declared(members, at: place) ?? dialect
            if let own = identifier(members, at: place, dialect, base) { base = own }
        }
        let resource = register(SchemaResource(base: base, dialect: dialect, root: place, schema: document))
        scan(SchemaTarget(place: place, schema: document, resource: resource))
    }

    /// Takes in the names in a schema, if that was not done.
    mutating func scan(_ target: SchemaTarget) {
        scan(target.schema, at: target.place, in: target.resource, depth: 0)
    }

    private mutating func scan(_ schema: JSON, at place: SchemaPlace, in resource: Int, depth: Int) {
        // What is deeper is refused when it is compiled.
        guard case .object(let members) = schema, depth <= SchemaCompiler.maximumDepth,
            scanned.insert(place).inserted
        else { return }
        var resource = resource
        if self.resource(at: place) == nil {
            // In draft-07 a schema with `$ref` is a reference and nothing else (Core, 8.3).
            if resources[resource].dialect.draft == .draft7, members["$ref"] != nil { return }
            resource = embedded(members, schema, at: place, in: resource)
        }
        takeAnchors(of: members, SchemaTarget(place: place, schema: schema, resource: resource))
        for (keyword, operand) in members where resources[resource].dialect.keywords.contains(keyword) {
            guard let shape = SubschemaShape(keyword) else { continue }
            let holder = places.child(keyword, of: place)
            if shape.contains(.one) { scan(operand, at: holder, in: resource, depth: depth + 1) }
            if shape.contains(.array), case .array(let schemas) = operand {
                for (index, schema) in schemas.enumerated() {
                    scan(schema, at: places.child(String(index), of: holder), in: resource, depth: depth + 1)
                }
            }
            if shape.contains(.members), case .object(let schemas) = operand {
                for (name, schema) in schemas {
                    scan(schema, at: places.child(name, of: holder), in: resource, depth: depth + 1)
                }
            }
        }
    }

    /// The resource that a schema starts by its `$id`, or the one that it lies in.
    private mutating func embedded(
        _ members: JSONObject, _ schema: JSON, at place: SchemaPlace, in outer: Int
    ) -> Int {
        guard members["$id"] != nil else { return outer }
        let dialect = declared(members, at: place) ?? resources[outer].dialect
        guard let base = identifier(members, at: place, dialect, resources[outer].base) else { return outer }
        return register(SchemaResource(base: base, dialect: dialect, root: place, schema: schema))
    }

    private mutating func declared(_ members: JSONObject, at place: SchemaPlace) -> SchemaDialect? {
        guard let name = members["$schema"]?.stringValue else { return nil }
        do throws(DialectRefusal) {
            return try SchemaDialect.named(name, documents: documents)
        } catch {
            report(
                "unknown-dialect", at: place, ["$schema"], error.reason,
                remedy: error.remedy)
            return nil
        }
    }

    /// The absolute `$id`; nil if there is none, or if it is an anchor.
    private mutating func identifier(
        _ members: JSONObject, at place: SchemaPlace, _ dialect: SchemaDialect, _ base: URIReference
    ) -> URIReference? {
        guard let text = members["$id"]?.stringValue else { return nil }
        do throws(ReferenceRefusal) {
            var uri = try Self.absolute(text, base)
            if let fragment = uri.fragment, !fragment.isEmpty {
                guard dialect.draft == .draft7 else {
                    throw ReferenceRefusal("has a fragment", remedy: "name the place with `$anchor`")
                }
                if text.utf8.first == UInt8(ascii: "#") { return nil }
            }
            uri.fragment = nil
            return uri
        } catch {
            report(
                "bad-identifier", at: place, ["$id"],
                "the identifier \(VisibleText.quoted(text)) \(error.reason)", remedy: error.remedy)
            return nil
        }
    }

    private mutating func takeAnchors(of members: JSONObject, _ target: SchemaTarget) {
        if resources[target.resource].dialect.draft == .draft7 {
            guard let text = members["$id"]?.stringValue, let name = URIReference(text).fragment, !name.isEmpty else {
                return
            }
            return add(anchor: name, keyword: "$id", target)
        }
        if let name = members["$anchor"]?.stringValue { add(anchor: name, keyword: "$anchor", target) }
        if let name = members["$dynamicAnchor"]?.stringValue {
            add(anchor: name, keyword: "$dynamicAnchor", target)
            resources[target.resource].dynamicAnchors.insert(TextKey(name))
        }
    }

    private mutating func add(anchor name: String, keyword: String, _ target: SchemaTarget) {
        guard Self.isAnchor(name) else {
            return report(
                "bad-operand", at: target.place, [keyword],
                "the anchor \(VisibleText.quoted(name)) has to be a letter or `_`, then letters, digits, `-`, `.`, `_`")
        }
        if let other = resources[target.resource].anchors[TextKey(name)], other.place != target.place {
            return report(
                "duplicate-identifier", at: target.place, [keyword],
                "the anchor \(VisibleText.quoted(name)) names two schemas")
        }
        resources[target.resource].anchors[TextKey(name)] = target
    }

    /// Core, 8.2.2.
    private static func isAnchor(_ name: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
        }
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: ".")
        }
    }
}
