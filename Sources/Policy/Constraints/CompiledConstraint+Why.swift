import Diagnostics
import Hosts
import StrictJSON

extension CompiledConstraint {
    /// Why an answer is not `holds`, for a person who may see the rule: reads after the argument's name and value.
    func why(_ value: JSON, at pointer: [String], _ facts: inout CallFacts) -> String {
        switch self {
        case .equals(let expected): return "which is not \(Self.shown(expected))"
        case .oneOf(let values, _): return "which is none of \(Self.list(values.map(Self.shown)))"
        case .matches(let pattern, _):
            return Self.typed(value, "a string") ?? "which does not match \(VisibleText.quoted(pattern))"
        case .under(let scope):
            if let wrong = Self.typed(value, "a string") { return wrong }
            switch facts.path(at: pointer) {
            case .failure(let refusal): return "which cannot be resolved: \(refusal.reason)"
            case .success(let path):
                let found = .string(path) == value ? "" : "which is \(VisibleText.quoted(path)), "
                return "\(found)which is not under \(Self.list(scope.tops.map { VisibleText.quoted($0) }))"
            }
        case .host(_, let shown):
            if let wrong = Self.typed(value, "a string") { return wrong }
            switch facts.host(value.stringValue ?? "", at: pointer) {
            case .failure(let refusal): return "which cannot be read as a host: \(refusal.reason)"
            case .success: return "which is not at \(Self.list(shown.map { VisibleText.quoted($0) }))"
            }
        case .cidr(let ranges):
            if let wrong = Self.typed(value, "a string") { return wrong }
            do throws(HostRefusal) {
                _ = try IPAddress(value.stringValue ?? "")
                return "which is not in \(Self.list(ranges.map { "`\($0)`" }))"
            } catch {
                return "which cannot be read as an IP address: \(error.reason)"
            }
        case .max(let bound): return Self.typed(value, "a number") ?? "which is more than \(bound)"
        case .min(let bound): return Self.typed(value, "a number") ?? "which is less than \(bound)"
        case .length(let minimum, let maximum):
            guard let length = Self.length(of: value) else { return "which is \(value.kind) and has no length" }
            let least = minimum.map { "at least \($0)" }
            let most = maximum.map { "at most \($0)" }
            return "whose length is \(length), not \([least, most].compactMap(\.self).joined(separator: " and "))"
        case .each(let constraints):
            return Self.typed(value, "an array") ?? Self.whyEach(value, at: pointer, constraints, &facts)
        case .absent: return "which is to be absent"
        case .present: return "which is to be there"
        case .from(let provenance): return provenance.why(value, at: pointer, &facts)
        case .ifPresent(let constraint): return constraint.why(value, at: pointer, &facts)
        }
    }

    private static func whyEach(
        _ value: JSON, at pointer: [String], _ constraints: [CompiledConstraint], _ facts: inout CallFacts
    ) -> String {
        var first: String?
        for (index, element) in (value.arrayValue ?? []).enumerated() {
            for constraint in constraints {
                let pointer = pointer + [String(index)]
                let answer = constraint.judge(element, at: pointer, &facts)
                guard answer != .holds, answer == .fails || first == nil else { continue }
                let why =
                    "of which element \(index) is \(shown(element)), \(constraint.why(element, at: pointer, &facts))"
                if answer == .fails { return why }
                first = why
            }
        }
        return first ?? "which holds"
    }

    /// What the value is, if it is not of the type that was expected.
    private static func typed(_ value: JSON, _ expected: String) -> String? {
        switch (expected, value) {
        case ("a string", .string), ("a number", .integer), ("a number", .number), ("an array", .array): nil
        default: "which is \(value.kind), not \(expected)"
        }
    }

    static func shown(_ value: JSON) -> String {
        switch value {
        case .string(let text): VisibleText.quoted(text)
        case .array(let elements) where elements.count > 8: "an array of \(elements.count) elements"
        case .object(let members) where members.count > 8: "an object of \(members.count) members"
        default: VisibleText.quoted(value.encodedString())
        }
    }

    private static func list(_ items: [String]) -> String {
        let shown = items.prefix(6).joined(separator: ", ")
        return items.count > 6 ? shown + " and \(items.count - 6) more" : shown
    }
}

extension CompiledConstraint {
    /// What is wrong with the argument, for an agent: in general terms, nothing that the rule names.
    func hint(_ value: JSON, at pointer: [String], _ facts: inout CallFacts) -> String {
        switch judge(value, at: pointer, &facts) {
        case .unsuited: return "has a type that cannot be checked here"
        case .broken: return why(value, at: pointer, &facts).replacingPrefix("which ", with: "")
        case .holds, .fails: break
        }
        switch self {
        case .equals, .oneOf: return "is not one of the values that this task may use"
        case .matches: return "has not the form that this task may use"
        case .under: return "lies outside of the files that this task may use with this tool"
        case .host: return "names a host that this task may not reach"
        case .cidr: return "is an address that this task may not reach"
        case .max: return "is more than this task may use"
        case .min: return "is less than this task may use"
        case .length: return "is longer or shorter than this task may use"
        case .each: return "has an element that this task may not use"
        case .absent: return "must not be given"
        case .present: return "has to be given"
        case .from: return "does not come from where this task may take it from"
        case .ifPresent(let constraint): return constraint.hint(value, at: pointer, &facts)
        }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
