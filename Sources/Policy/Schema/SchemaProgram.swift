import StrictJSON

/// The schemas of one `CompiledSchema`, and of everything that it refers to.
final class SchemaProgram: Sendable {
    let nodes: [SchemaNode]
    /// For each node the resource that it lies in.
    let resources: [Int]
    let resourceCount: Int
    let anchors: DynamicAnchors

    init(nodes: [SchemaNode], resources: [Int], resourceCount: Int, anchors: DynamicAnchors) {
        self.nodes = nodes
        self.resources = resources
        self.resourceCount = resourceCount
        self.anchors = anchors
    }

    /// What a schema says about the structure of its values.
    func outline(of schema: SchemaReference, followsDynamic: Bool = true) -> SchemaOutline {
        var outline = SchemaOutline()
        switch nodes[schema.index] {
        case .always, .never: break
        case .keywords(let keywords), .tracking(let keywords):
            for keyword in keywords { keyword.describe(&outline) }
        }
        guard followsDynamic else { return outline }
        for reference in outline.dynamic {
            outline.any.append([reference.initial] + anchors.targets[reference.anchor].values)
        }
        return outline
    }

    /// True for a schema that is `false`.
    func isNever(_ schema: SchemaReference) -> Bool {
        if case .never = nodes[schema.index] { true } else { false }
    }

    /// The same with each schema that is nothing but a reference replaced by what it refers to. Only for programs
    /// without circles, and where the way to a schema says nothing about it.
    func withoutIndirection() -> SchemaProgram {
        var nodes = nodes
        for index in nodes.indices {
            while case .keywords(let keywords) = nodes[index], keywords.count == 1,
                let reference = keywords.first as? ReferenceKeyword
            {
                nodes[index] = nodes[reference.schema.index]
            }
        }
        return SchemaProgram(nodes: nodes, resources: resources, resourceCount: resourceCount, anchors: anchors)
    }
}
