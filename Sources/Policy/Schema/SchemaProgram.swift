import StrictJSON

/// The schemas of one `CompiledSchema`, and of everything that it refers to.
final class SchemaProgram: Sendable {
    let nodes: [SchemaNode]
    /// For each node the resource that it lies in.
    let resources: [Int]
    let anchors: DynamicAnchors
    /// For each node the one that answers for it: another, where it is nothing but a reference.
    private let answering: [SchemaReference]
    /// The same nodes as a validation reads them.
    let code: SchemaCode

    init(nodes: [SchemaNode], resources: [Int], anchors: DynamicAnchors, answering: [SchemaReference]? = nil) {
        self.nodes = nodes
        self.resources = resources
        self.anchors = anchors
        self.answering = answering ?? nodes.indices.map(SchemaReference.init)
        code = SchemaCode(nodes)
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

    /// The node that answers for one, so that what is said once of it is said of all that refer to it.
    func answering(for schema: SchemaReference) -> SchemaReference { answering[schema.index] }

    /// True for a schema that is `false`.
    func isNever(_ schema: SchemaReference) -> Bool {
        if case .never = nodes[schema.index] { true } else { false }
    }

    /// The same with each schema that is nothing but a reference replaced by what it refers to. Only for programs
    /// without circles, and where the way to a schema says nothing about it.
    func withoutIndirection() -> SchemaProgram {
        var answering = nodes.indices.map(SchemaReference.init)
        for index in nodes.indices {
            while case .keywords(let keywords) = nodes[answering[index].index], keywords.count == 1,
                let reference = keywords.first as? ReferenceKeyword
            {
                answering[index] = reference.schema
            }
        }
        return SchemaProgram(
            nodes: answering.map { nodes[$0.index] }, resources: resources,
            anchors: anchors, answering: answering)
    }
}
