import Diagnostics
import StrictJSON

extension SchemaCompiler {
    /// The finished program, once the schema was compiled; or everything that is wrong.
    mutating func finish() throws(PolicyError) -> SchemaProgram {
        compileDynamicTargets()
        if let error = library.problems.error { throw error }
        let program = SchemaProgram(
            nodes: nodes, resources: resources, resourceCount: library.resources.count, anchors: dynamicAnchors)
        let graph = ReferenceGraph(program)
        if let circle = graph.circle {
            library.report(
                "reference-loop", at: nodePlaces[circle.index], [],
                "the schema refers to itself without going into the value, which would never end",
                remedy: "refer to it from `properties`, `items` or the like")
        } else if let tooHigh = graph.tooHigh {
            library.report(
                "schema-too-deep", at: nodePlaces[tooHigh.index], [],
                "more than \(ReferenceGraph.maximumHeight) schemas ask one another about one value")
        }
        if let error = library.problems.error { throw error }
        return dynamicAnchors.areScoped ? program : program.withoutIndirection()
    }
}
