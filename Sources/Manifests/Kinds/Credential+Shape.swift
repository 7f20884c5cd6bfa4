import Diagnostics
import StrictJSON

extension CredentialTemplate {
    static let shape: Shape<CredentialTemplate> = object(
        "a credential",
        required(
            "name",
            .text("a name such as `github`", pattern: Name.dottedPattern, length: 1...64) {
                Name.isDotted($0) ? $0 : nil
            }, "What this credential is called; unique in the tool."),
        required("source", .sourceName, "The source that issues it: a file of `$AGENTBOX_HOME/sources` names it."),
        optional(
            "scope", .scope, default: ScopeTemplate.nothing, shown: [:],
            "What it opens, in the source's words; `${args.NAME}` in a text stands for an argument."),
        optional(
            "revocability", .choice(),
            "What the source has to be able to do about it at least: R0 nothing, R1 it expires, R2 revoke, R3 revoke and "
                + "end sessions, R4 it works once."),
        optional("lifetime", .duration, "How long it may live at most; `5m` if unset."),
        required("deliver", CredentialDelivery.shape, "How the tool gets the use of it.")
    ) { name, source, scope, revocability, lifetime, delivery in
        CredentialTemplate(
            name: name, source: source, scope: scope, revocability: revocability, lifetime: lifetime,
            delivery: delivery)
    }
}

extension Shape where Value == SourceName {
    static var sourceName: Shape {
        .text("a source's name such as `github`", pattern: Name.dottedPattern, length: 1...64) { SourceName($0) }
    }
}

extension Shape where Value == ScopeTemplate {
    fileprivate static var scope: Shape {
        let shape = Shape("a mapping in the source's words", schema: ["type": "object"]) { _, _ in nil }
        return Shape(shape.expectation, schema: shape.schema) { located, decoding in
            guard case .object = located.content else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return decode(scope: located, &decoding)
        }
    }

    private static func decode(scope located: Located, _ decoding: inout Decoding) -> ScopeTemplate? {
        switch located.content {
        case .invalid: return nil
        case .scalar(.string): return Shape<Template>.template("a text").decode(located, &decoding).map { .text($0) }
        case .scalar(let value): return .value(value)
        case .array(let elements):
            let values = elements.enumerated().map { index, element in
                decoding.inside(.index(index)) { decode(scope: element, &$0) }
            }
            let decoded = values.compactMap(\.self)
            return decoded.count == values.count ? .list(decoded) : nil
        case .object(let members):
            let values = members.map { member in
                decoding.inside(.key(member.key)) { decoding in
                    decode(scope: member.value, &decoding).map { ScopeTemplate.Member(key: member.key, value: $0) }
                }
            }
            let decoded = values.compactMap(\.self)
            return decoded.count == values.count ? .mapping(decoded) : nil
        }
    }
}
