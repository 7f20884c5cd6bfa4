import StrictJSON

@testable import Policy

/// What holds of every schema and every value. A violation stops, and libFuzzer keeps the input: a JSON array of a schema
/// and the values to check, or a schema.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = try? JSON(parsing: UnsafeBufferPointer(start: start, count: count)) else { return 0 }
    let parts = input.arrayValue ?? [input]
    guard let schema = parts.first else { return 0 }
    // The schema itself is a value as well, and one that its keywords often speak of.
    let values = Array(parts.dropFirst()) + [schema]
    for unknown in [SchemaOptions.UnknownKeywords.refuse, .annotate] {
        for formats in [SchemaOptions.Formats.annotate, .assert] {
            check(schema, values, SchemaOptions(unknownKeywords: unknown, formats: formats, documents: documents))
        }
    }
    return 0
}

private let documents = SchemaDocuments([
    "http://x.example/a": ["$dynamicAnchor": "a", "items": ["$dynamicRef": "#a"], "$defs": ["b": ["$ref": "b"]]],
    "http://x.example/b": [
        "$id": "c", "type": ["string", "array"], "$anchor": "b", "unevaluatedItems": ["$ref": "a"],
    ],
])

private func check(_ schema: JSON, _ values: [JSON], _ options: SchemaOptions) {
    let compiled: CompiledSchema
    do throws(PolicyError) {
        compiled = try CompiledSchema.compile(schema, options: options)
    } catch {
        precondition((1...SchemaProblems.maximum).contains(error.problems.count), "a report without end or content")
        for problem in error.problems {
            precondition(!problem.message.isEmpty, "a problem without a message")
            let shown = problem.message.unicodeScalars
            precondition(!shown.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character in a message")
        }
        return
    }
    precondition(options.unknownKeywords == .annotate || compiled.unknownKeywords.isEmpty, "a keyword was ignored")
    for value in values { check(value, compiled) }
    views(of: compiled, values)
}

private func check(_ value: JSON, _ schema: CompiledSchema) {
    var validation = SchemaValidation(schema.program, collects: false, limit: 100_000)
    let valid = validation.accepts(value, root: schema.root)
    precondition(!valid || validation.exhaustion == nil, "valid though not checked to the end")
    guard validation.exhaustion == nil else { return }
    let violations = schema.validate(value)
    precondition(valid == violations.isEmpty, "the report and the answer differ")
    precondition(violations.count <= SchemaValidation.maximumViolations, "a report without end")
    // A report or none: the answer is that of the same schema in parts.
    guard violations.isEmpty else { return }
    for pointer in pointers(into: value) {
        precondition(schema.canHave(pointer), "a valid value has what the schema is said to exclude: \(pointer)")
    }
}

/// Types and reach come to an end, and never exclude what a valid value has.
private func views(of schema: CompiledSchema, _ values: [JSON]) {
    let type = schema.argumentType()
    precondition(type.size(limit: .max) <= ArgumentTyping.maximumSize, "a type without end")
    _ = schema.memberNames(at: ["a", "0"])
    for value in values where value.objectValue != nil && schema.accepts(value) {
        precondition(admits(type, value), "a valid value is not of the type of the schema")
    }
}

private func admits(_ type: ArgumentType, _ value: JSON) -> Bool {
    switch (type, value) {
    case (.any, _), (.null, .null), (.boolean, .bool), (.string, .string), (.number, .integer), (.number, .number),
        (.integer, .integer):
        true
    case (.integer, .number): SchemaTypes(value) == .integer
    case (.array(let element), .array(let elements)): elements.allSatisfy { admits(element, $0) }
    case (.object(let members, let isOpen, let required), .object(let object)):
        required.allSatisfy { object.contains($0) }
            && object.allSatisfy { key, member in members[key].map { admits($0, member) } ?? isOpen }
    default: false
    }
}

/// Some of the places in a value.
private func pointers(into value: JSON) -> [[String]] {
    var found: [[String]] = []
    var stack: [([String], JSON)] = [([], value)]
    while let (pointer, value) = stack.popLast(), found.count < 64 {
        found.append(pointer)
        switch value {
        case .array(let elements):
            for (index, each) in elements.enumerated() { stack.append((pointer + [String(index)], each)) }
        case .object(let members): for (key, each) in members { stack.append((pointer + [key], each)) }
        default: break
        }
    }
    return found
}
