import StrictJSON

/// Where in which document a schema stands. Places that are the same have the same number.
struct SchemaPlace: Hashable, Sendable {
    let index: Int
}

/// All places that were named so far, as a tree: a place costs its last token, however deep it is.
struct SchemaPlaces {
    private struct Step: Hashable {
        let parent: SchemaPlace
        let token: TextKey
    }

    private struct Node {
        let parent: SchemaPlace?
        let token: String
    }

    private var nodes: [Node] = []
    private var children: [Step: SchemaPlace] = [:]

    /// The root of a new document; its URI stands before the pointers of its places.
    mutating func addDocument(_ uri: String) -> SchemaPlace {
        nodes.append(Node(parent: nil, token: uri))
        return SchemaPlace(index: nodes.count - 1)
    }

    mutating func child(_ token: String, of parent: SchemaPlace) -> SchemaPlace {
        let step = Step(parent: parent, token: TextKey(token))
        if let known = children[step] { return known }
        nodes.append(Node(parent: parent, token: token))
        let place = SchemaPlace(index: nodes.count - 1)
        children[step] = place
        return place
    }

    /// JSON pointer, for messages: into the schema itself, or after the URI of the document and `#`.
    func pointer(to place: SchemaPlace) -> String {
        var tokens: [String] = []
        var node = nodes[place.index]
        while let parent = node.parent {
            tokens.append(node.token)
            node = nodes[parent.index]
        }
        return (node.token.isEmpty ? "" : node.token + "#") + Pointer.text(tokens.reversed())
    }
}
