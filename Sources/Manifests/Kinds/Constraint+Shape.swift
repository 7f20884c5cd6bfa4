import StrictJSON

extension Constraint {
    /// The name under which the schema defines the constraints on a value, and the definition itself.
    static let definition = "constraints"
    static var definitions: JSON { [definition: shape.schema] }

    /// The constraints on one value, in the order of the cases whatever the order of the keys.
    static let shape: Shape<[Constraint]> = object(
        "a mapping of constraints",
        optional("equals", Shape<JSON>.any, "Equal to this value, as JSON."),
        optional(
            "oneOf", Shape<[JSON]>.list(of: .any, "a list of values", count: 1...1000).unique { $0 },
            "Equal to one of these values, as JSON."),
        optional(
            "matches", Shape<String>.prose("a regular expression", maximum: 1000),
            "A regular expression in RE2's syntax that matches the whole text."),
        optional(
            "under", Shape<[String]>.workspacePaths,
            "Paths in the workspace: the argument's canonical path is one of them or beneath one of them."),
        optional(
            "host", Shape<[String]>.hosts, "Host names: `example.com` itself, `*.example.com` any name beneath it."),
        optional("cidr", Shape<[String]>.ranges, "Address ranges such as `10.0.0.0/8` and `fd00::/8`."),
        optional("max", Shape<JSON>.number, "A number not greater than this one."),
        optional("min", Shape<JSON>.number, "A number not less than this one."),
        optional(
            "length", LengthRange.shape, "Of a text in characters, of a list in elements, of an object in members."),
        optional("each", elements, "Constraints on every element of a list."),
        optional("absent", Shape<Bool>.boolean, "True: the argument must not be there. False: it must."),
        optional(
            "optional", Shape<Bool>.boolean, default: false,
            "True: the argument may be left out; where it is there the other constraints hold."),
        optional(
            "from", ProvenanceSource.list,
            "Where the value has to come from: `inputs`, one input, or a place in the output of a trusted tool.")
    ) { equals, oneOf, matches, under, host, cidr, max, min, length, each, absent, isOptional, from in
        var all: [Constraint] = []
        if let equals { all.append(.equals(equals)) }
        if let oneOf { all.append(.oneOf(oneOf)) }
        if let matches { all.append(.matches(matches)) }
        if let under { all.append(.under(under)) }
        if let host { all.append(.host(host)) }
        if let cidr { all.append(.cidr(cidr)) }
        if let max { all.append(.max(max)) }
        if let min { all.append(.min(min)) }
        if let length { all.append(.length(min: length.min, max: length.max)) }
        if let each { all.append(.each(each)) }
        if let absent { all.append(.absent(absent)) }
        if let from { all.append(.from(from)) }
        return isOptional ? [.ifPresent(all)] : all
    }.notEmpty().checked(checkContradictions)

    /// The constraints where they stand in another shape.
    static let reference = Shape<[Constraint]>.reference(definition, "a mapping of constraints") { shape }

    /// An element of a list is always there.
    private static let elements = reference.describing(["properties": ["absent": false, "optional": false]])
        .structured { located, decoding in
            for key in ["absent", "optional"] where located[key] != nil {
                decoding.report(
                    .contradiction, in: located, at: [.key(key)], "an element of a list is never absent")
            }
        }

    private static func checkContradictions(
        _ constraints: [Constraint], _ located: Located, _ decoding: inout Decoding
    ) {
        var constraints = constraints
        if located["optional"] != nil {
            if case .ifPresent(let others)? = constraints.first { constraints = others }
            if constraints.isEmpty {
                decoding.report(
                    .contradiction, in: located, at: ["optional"],
                    "`optional` says nothing without another constraint",
                    suggestion: "leave the argument out, or say what it has to satisfy where it is given")
            }
        }
        var minimum: Double?
        var maximum: Double?
        for constraint in constraints {
            switch constraint {
            case .absent where located["optional"] != nil:
                decoding.report(
                    .contradiction, in: located, at: ["optional"], "`absent` says whether the argument may be left out")
            case .absent(true) where constraints.count > 1:
                decoding.report(
                    .contradiction, in: located, at: ["absent"],
                    "an argument that must be absent satisfies no other constraint")
            case .min(let value): minimum = value.numberValue
            case .max(let value): maximum = value.numberValue
            default: break
            }
        }
        if let minimum, let maximum, minimum > maximum {
            decoding.report(.contradiction, in: located, at: ["min"], "nothing is at least `min` and at most `max`")
        }
    }
}

/// `{min: 1, max: 80}`
struct LengthRange: Sendable {
    var min: Int?
    var max: Int?

    static let shape: Shape<LengthRange> = object(
        "a mapping with `min` or `max`",
        optional("min", Shape<Int>.integer(0...1_000_000_000), "The least length."),
        optional("max", Shape<Int>.integer(0...1_000_000_000), "The greatest length.")
    ) { LengthRange(min: $0, max: $1) }.notEmpty().checked { range, located, decoding in
        guard let min = range.min, let max = range.max, min > max else { return }
        decoding.report(.contradiction, in: located, at: ["min"], "nothing is at least `min` and at most `max` long")
    }
}

extension Shape where Value == JSON {
    /// Any number.
    static var number: Shape {
        let shape = Shape("a number", schema: ["type": "number"]) { _, _ in nil }
        return Shape(shape.expectation, schema: shape.schema) { located, decoding in
            guard case .number = located.kind else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return located.json
        }
    }
}

extension Shape where Value == [String] {
    fileprivate static var workspacePaths: Shape {
        let path = Shape<String>.text(
            "a path in the workspace, relative and without `..`", pattern: Paths.workspacePattern, length: 1...4096
        ) { Paths.isBeneathWorkspace($0) ? $0 : nil }
        return .list(of: path, "a list of paths in the workspace", count: 1...1000).unique { $0 }
    }

    fileprivate static var hosts: Shape {
        let host = Shape<String>.text(
            "a host name such as `example.com` or `*.example.com`", pattern: HostPattern.pattern, length: 1...253
        ) { HostPattern.isValid($0) ? $0 : nil }
        return .list(of: host, "a list of host names", count: 1...1000).unique { $0 }
    }

    fileprivate static var ranges: Shape {
        .list(of: .addressRange, "a list of address ranges", count: 1...1000).unique { $0 }
    }
}
