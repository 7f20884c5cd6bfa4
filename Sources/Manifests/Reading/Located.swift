import StrictJSON

/// A value of a manifest and where it stands. What both readers, YAML and JSON, make of a file.
package struct Located: Sendable {
    package var content: Content
    package var position: Position
    /// The text of a YAML scalar without quotes, which may look different from its value: `1.10` is the number 1.1.
    package var plainSource: String?

    package indirect enum Content: Sendable {
        case scalar(JSON)
        case array([Located])
        /// In file order; the readers refuse duplicate keys.
        case object([Member])
        /// Something that was refused and reported while reading. Whatever looks at it keeps quiet.
        case invalid
    }

    package struct Member: Sendable {
        package var key: String
        package var keyPosition: Position
        package var value: Located
    }

    package init(_ content: Content, at position: Position, plainSource: String? = nil) {
        self.content = content
        self.position = position
        self.plainSource = plainSource
    }

    /// The value without its positions.
    package var json: JSON {
        switch content {
        case .scalar(let value): return value
        case .array(let elements): return .array(elements.map(\.json))
        case .object(let members):
            var object = JSONObject()
            for member in members { object[member.key] = member.value.json }
            return .object(object)
        case .invalid: return .null
        }
    }

    /// The value of a key; nil if there is none, or if this is no mapping.
    package subscript(key: String) -> Located? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// An element of a list; nil if there is none, or if this is no list.
    package subscript(index: Int) -> Located? {
        guard case .array(let elements) = content, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    var members: [Member] {
        guard case .object(let members) = content else { return [] }
        return members
    }

    var elements: [Located] {
        guard case .array(let elements) = content else { return [] }
        return elements
    }
}
