import Manifests
import StrictJSON

/// Changes of an intent's canonical form.
enum IntentForm {
    /// A rule that means one tool of those that it meant.
    static func rule(_ form: JSON, _ effect: Intent.Effect, tool: String) -> JSON {
        guard var object = form.objectValue else { return form }
        object[effect.rawValue] = .string(tool)
        return .object(object)
    }

    /// A rule that denies what was asked about.
    static func refusing(_ form: JSON, _ tool: String) -> JSON {
        var refusal: JSONObject = ["deny": .string(tool)]
        for (key, value) in form.objectValue ?? JSONObject()
        where !["approve", "by", "declassify", "budget"].contains(key) {
            refusal[key] = value
        }
        return .object(refusal)
    }

    /// A constraint's key and value; nil for one that `optional` holds others in.
    static func member(of constraint: Constraint) -> (key: String, value: JSON)? {
        let rule = Intent.canonicalConstraints([constraint])
        guard let object = rule.objectValue else { return nil }
        var members = object.map { ($0.key, $0.value) }
        guard members.count == 1, let only = members.popLast() else { return nil }
        return only
    }

    /// The intent with an edit; nil if what is edited is not there any more.
    static func applying(_ edit: IntentEdit, to rules: inout [[JSON]], _ members: inout JSONObject) -> Bool {
        switch edit {
        case .rule(let index, let forms):
            guard rules.indices.contains(index), rules[index].count == 1 else { return false }
            rules[index] = forms
        case .argument(let index, let name, let constraint):
            return change(index, &rules) { form in
                var arguments = form["args"]?.objectValue ?? JSONObject()
                arguments[name] = constraint
                form["args"] = .object(arguments)
            }
        case .ruleMember(let index, let key, let value):
            return change(index, &rules) { $0[key] = value }
        case .member(let key, let value): members[key] = value
        case .budget(let key, let value):
            guard var budget = members["budget"]?.objectValue else { return false }
            budget[key] = value
            members["budget"] = .object(budget)
        }
        return true
    }

    private static func change(
        _ index: Int, _ rules: inout [[JSON]], _ body: (inout JSONObject) -> Void
    ) -> Bool {
        guard rules.indices.contains(index), !rules[index].isEmpty else { return false }
        for place in rules[index].indices {
            guard var form = rules[index][place].objectValue else { return false }
            body(&form)
            rules[index][place] = .object(form)
        }
        return true
    }
}
