import Diagnostics
import StrictJSON

/// A JSON Schema, compiled once: draft 2020-12, or what its `$schema` declares (draft-07, or a dialect made of the
/// vocabularies of 2020-12).
///
/// All keywords of these drafts are implemented. Another keyword is refused by `compile`, unless the options take it for
/// an annotation. References are resolved when the schema is compiled, within the schema, the metaschemas and the
/// documents that the options hold; nothing is ever fetched. Patterns are those of ECMA-262 as far as RE2 has them.
///
/// Time and memory are bounded for hostile schemas and hostile values: depth, size and references of a schema, circles
/// of references that would never end, and the steps of a validation, of which a value that needs more is invalid.
///
/// ```swift
/// let schema = try CompiledSchema.compile(["type": "object", "properties": ["path": ["type": "string"]]])
/// schema.validate(["path": 1])  // [`/path`: expected string, found integer]
/// ```
package struct CompiledSchema: Sendable {
    /// The schema as it was written.
    package let source: JSON
    /// JSON pointers to the keywords that were taken for annotations because nobody knows them, at most
    /// `SchemaProblems.maximum`. Empty unless `SchemaOptions.unknownKeywords` is `annotate`.
    package let unknownKeywords: [String]
    let program: SchemaProgram
    let root: SchemaReference

    /// Compiles, or says what is wrong with the schema: everything, up to `SchemaProblems.maximum` problems.
    package static func compile(
        _ schema: JSON, options: SchemaOptions = SchemaOptions()
    ) throws(PolicyError) -> CompiledSchema {
        var compiler = try SchemaCompiler(schema, options: options)
        let root = compiler.compile(schema)
        let program = try compiler.finish()
        return CompiledSchema(
            source: schema, unknownKeywords: compiler.unknownKeywords, program: program, root: root)
    }

    /// What is wrong with the value, at most `SchemaValidation.maximumViolations`; empty if it is valid.
    package func validate(_ value: JSON) -> [SchemaViolation] {
        // Nearly every value is valid: the first pass builds no paths and no texts.
        var first = SchemaValidation(program, collects: false)
        if first.accepts(value, root: root) { return [] }
        var second = SchemaValidation(program, collects: true)
        _ = second.accepts(value, root: root)
        return second.report
    }

    /// True if the value is valid.
    package func accepts(_ value: JSON) -> Bool {
        var validation = SchemaValidation(program, collects: false)
        return validation.accepts(value, root: root)
    }

    // MARK: Structure

    func outline(of schema: SchemaReference) -> SchemaOutline { program.outline(of: schema) }
    func isNever(_ schema: SchemaReference) -> Bool { program.isNever(schema) }
}

/// One thing that is wrong with a value.
package struct SchemaViolation: Hashable, Sendable, CustomStringConvertible {
    /// JSON pointer into the value; empty for the value itself.
    package let pointer: String
    /// The keyword that is violated; `false` for a place where the schema allows nothing; `$ref` where the check was
    /// given up because it took too many steps.
    package let keyword: String
    /// What was expected, in lower case without a full stop.
    package let message: String

    package var description: String {
        pointer.isEmpty ? message : "\(VisibleText.quoted(pointer)): \(message)"
    }
}
