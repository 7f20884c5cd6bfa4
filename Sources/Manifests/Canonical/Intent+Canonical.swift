import StrictJSON

extension Intent {
    /// What digests of the intent are taken of.
    package func canonicalJSON() -> JSON {
        var object = CanonicalObject(kind: "Intent")
        object.add("name", name)
        object.add("purpose", purpose)
        object.add("principal", principal)
        object.add("agent", agent)
        object.add("expires", expires?.text)
        object.add("reviewBy", reviewBy?.description)
        object.add("workspace", workspace)
        object.add("models", JSON.array(models.map(\.canonicalJSON)))
        object.add("inputs", JSON.object(inputs))
        object.add("rules", .array(rules.map(\.canonicalJSON)))
        object.add("budget", budget.canonicalJSON)
        return object.json
    }

    /// What constraints on one argument are in a canonical form.
    package static func canonicalConstraints(_ constraints: [Constraint]) -> JSON {
        Constraint.canonicalJSON(constraints)
    }
}

extension Intent.Expiry {
    /// As a manifest would have it.
    package var text: String {
        switch self {
        case .after(let duration): duration.text
        case .at(let seconds): Timestamp.text(seconds)
        }
    }
}

extension Intent.Rule {
    /// What digests of the one rule are taken of.
    package var canonicalJSON: JSON {
        var arguments = CanonicalObject()
        for constraint in constraints {
            arguments.add(ArgumentPointer.text(constraint.pointer), Constraint.canonicalJSON(constraint.constraints))
        }
        var object = CanonicalObject()
        object.add(effect.rawValue, tool.text)
        object.add("args", arguments)
        object.add("otherArgs", otherArguments?.rawValue)
        object.add("when", condition?.text)
        if !after.isEmpty { object.add("after", after.map(\.text)) }
        if !before.isEmpty { object.add("before", before.map(\.text)) }
        object.add("budget", Budget.canonicalJSON(budgets))
        object.add("by", approval?.canonicalJSON)
        if !declassified.isEmpty { object.add("declassify", declassified.map(\.rawValue)) }
        object.add("reason", reason)
        if !tests.match.isEmpty || !tests.noMatch.isEmpty {
            object.add("tests", ["match": .array(tests.match), "noMatch": .array(tests.noMatch)])
        }
        return object.json
    }
}

extension ApprovalTerms {
    fileprivate var canonicalJSON: JSON {
        var object = CanonicalObject()
        object.add("role", role)
        object.add("quorum", quorum)
        object.add("assurance", assurance?.rawValue)
        if excludesPrincipal { object.add("notPrincipal", JSON.bool(true)) }
        object.add("expires", expires)
        return object.json
    }
}

extension ProvenanceSource {
    fileprivate var canonicalJSON: JSON {
        switch self {
        case .inputs: return "inputs"
        case .input(let name, .value): return ["input": .string(name)]
        case .input(let name, let match): return ["input": .string(name), "match": .string(match.rawValue)]
        case .tool(let tool, let pointer):
            return ["tool": .string(tool.text), "at": .string(pointer.description)]
        }
    }
}

extension Constraint {
    fileprivate static func canonicalJSON(_ constraints: [Constraint]) -> JSON {
        var object = CanonicalObject()
        for constraint in constraints {
            switch constraint {
            case .equals(let value): object.add("equals", value)
            case .oneOf(let values): object.add("oneOf", JSON.array(values))
            case .matches(let pattern): object.add("matches", pattern)
            case .under(let paths): object.add("under", paths)
            case .host(let names): object.add("host", names)
            case .cidr(let ranges): object.add("cidr", ranges)
            case .max(let value): object.add("max", value)
            case .min(let value): object.add("min", value)
            case .length(let min, let max):
                var length = CanonicalObject()
                length.add("min", min)
                length.add("max", max)
                object.add("length", length)
            case .each(let constraints): object.add("each", canonicalJSON(constraints))
            case .absent(let value): object.add("absent", value)
            case .ifPresent(let others):
                for (key, value) in canonicalJSON(others).objectValue ?? JSONObject() { object.add(key, value) }
                object.add("optional", true)
            case .from(let sources): object.add("from", .array(sources.map(\.canonicalJSON)))
            }
        }
        return object.json
    }
}
