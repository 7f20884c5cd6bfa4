import StrictJSON

extension ConditionSource {
    /// Longer conditions belong into several rules.
    static let maximumLength = 8192

    /// The text as it is; whether it is CEL, and of the right types, is known where the tools are.
    static let shape: Shape<ConditionSource> = {
        let text = Shape<String>.prose("a condition in CEL", maximum: maximumLength)
        return Shape(text.expectation, schema: text.schema) { located, decoding in
            guard let source = text.decode(located, &decoding) else { return nil }
            return ConditionSource(source, anchors: decoding.places.anchors(of: source, at: located.position))
        }
    }()
}

extension ApprovalTerms {
    static let shape: Shape<ApprovalTerms> = object(
        "a mapping of approvers",
        optional("role", .line("a role such as `maintainer`", maximum: 64), "Who may approve. Unset: the principal."),
        optional("quorum", .integer(1...16), "How many people have to approve."),
        optional(
            "assurance", .choice(),
            "A1: the local user. A2: a key. A3: a hardware key with touch. A4: two people."),
        optional(
            "notPrincipal", .boolean, default: false, shown: false,
            "`true`: the task's principal may not approve. Then, or with a `quorum`, anybody whom the allowed signers "
                + "file names may, unless `role` says who."),
        optional(
            "expires", .duration,
            "How long people may take to answer, and an approval can be used. Unset: 10 minutes.")
    ) {
        ApprovalTerms(role: $0, quorum: $1, assurance: $2, excludesPrincipal: $3, expires: $4)
    }.notEmpty().checked {
        terms, located, decoding in
        guard terms.assurance == .twoPeople, let quorum = terms.quorum, quorum < 2 else { return }
        decoding.report(.contradiction, in: located, at: ["quorum"], "`assurance: A4` is two people")
    }
}

extension Shape {
    /// A value, or a list of such values: for keys that nearly always hold one.
    func orList(_ expectation: String, count: ClosedRange<Int>) -> Shape<[Value]> {
        let list = Shape<[Value]>.list(of: self, "a list", count: count)
        let one = self
        return Shape<[Value]>(expectation, schema: ["anyOf": [schema, list.schema]]) { located, decoding in
            if case .array = located.content { return list.decode(located, &decoding) }
            return one.decode(located, &decoding).map { [$0] }
        }
    }
}
