import Diagnostics
import StrictJSON

/// A JSON Schema of draft 2020-12, compiled once.
///
/// References and `unevaluated…` are not implemented yet: a schema that uses them, or any other keyword that this build
/// does not know, is refused by `compile`. Nothing is ignored but annotations, of which `format` is one.
///
/// ```swift
/// let schema = try CompiledSchema.compile(["type": "object", "properties": ["path": ["type": "string"]]])
/// schema.validate(["path": 1])  // [`/path`: expected string, found integer]
/// ```
package struct CompiledSchema: Sendable {
    /// The schema as it was written.
    package let source: JSON
    let nodes: [SchemaNode]
    let root: SchemaReference

    /// Compiles, or says everything that is wrong with the schema.
    package static func compile(_ schema: JSON) throws(PolicyError) -> CompiledSchema {
        var compiler = SchemaCompiler()
        compiler.checkSize(of: schema)
        let root = compiler.problems.isEmpty ? compiler.compile(schema) : SchemaReference(index: 0)
        if let first = compiler.problems.first {
            throw PolicyError(first, Array(compiler.problems.dropFirst()))
        }
        return CompiledSchema(source: schema, nodes: compiler.nodes, root: root)
    }

    /// What the schema says about the structure of its values.
    func outline(of schema: SchemaReference) -> SchemaOutline {
        var outline = SchemaOutline()
        if case .keywords(let keywords) = nodes[schema.index] {
            for keyword in keywords { keyword.describe(&outline) }
        }
        return outline
    }

    /// True for a schema that is `false`.
    func isNever(_ schema: SchemaReference) -> Bool {
        if case .never = nodes[schema.index] { true } else { false }
    }

    /// What is wrong with the value, at most `SchemaValidation.maximumViolations`; empty if it is valid.
    package func validate(_ value: JSON) -> [SchemaViolation] {
        // Nearly every value is valid: the first pass builds no paths and no texts.
        if accepts(value) { return [] }
        var validation = SchemaValidation(nodes: nodes, collects: true)
        _ = validation.check(value, against: root)
        return validation.violations
    }

    /// True if the value is valid.
    package func accepts(_ value: JSON) -> Bool {
        var validation = SchemaValidation(nodes: nodes, collects: false)
        return validation.check(value, against: root)
    }
}

/// One thing that is wrong with a value.
package struct SchemaViolation: Hashable, Sendable, CustomStringConvertible {
    /// JSON pointer into the value; empty for the value itself.
    package let pointer: String
    /// The keyword that is violated, or `false` for a place where the schema allows nothing.
    package let keyword: String
    /// What was expected, in lower case without a full stop.
    package let message: String

    package var description: String {
        pointer.isEmpty ? message : "\(VisibleText.quoted(pointer)): \(message)"
    }
}
