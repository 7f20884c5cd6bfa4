import Hosts
import Manifests
import StrictJSON

/// One typed constraint, checked and with its pattern, hosts, ranges or paths read once.
indirect enum CompiledConstraint: Sendable {
    /// The same JSON value: numbers by value, texts by code points, members in any order. Any type can be asked.
    case equals(JSON)
    /// One of several values.
    case oneOf([JSON], Set<JSON>)
    /// A text that the expression matches as a whole.
    case matches(String, RegularExpression)
    /// A text that was resolved to a path within the scope.
    case under(PathScope)
    /// A text that names a host, as `HostArgument` reads it, that one of the patterns covers.
    case host([HostPattern], shown: [String])
    /// A text that is an IP address in one of the ranges. A host name is not, and what it resolves to is not known here:
    /// it satisfies no range, and to deny a range of addresses is to deny every name.
    case cidr([AddressRange])
    /// A number that is at most this, exactly.
    case max(ExactNumber)
    /// A number that is at least this, exactly.
    case min(ExactNumber)
    /// A text of so many code points, an array of so many elements or an object of so many members.
    case length(min: Int?, max: Int?)
    /// An array of whose elements each satisfies all of these. An empty array satisfies it.
    case each([CompiledConstraint])
    /// An argument that is not there. `null` is a value, and there.
    case absent
    /// An argument that is there.
    case present
    /// A value that comes from one of these sources.
    case from(CompiledProvenance)
    /// An argument that is not there, or satisfies this.
    case ifPresent(CompiledConstraint)

    /// Asks of a value that is there.
    func judge(_ value: JSON, at pointer: [String], _ facts: inout CallFacts) -> Answer {
        switch self {
        case .equals(let expected):
            return value == expected ? .holds : .fails
        case .oneOf(_, let keys):
            return keys.contains(value) ? .holds : .fails
        case .matches(_, let expression):
            guard case .string(let text) = value else { return .unsuited }
            return expression.matchesWhole(text) ? .holds : .fails
        case .under(let scope):
            guard case .string = value else { return .unsuited }
            guard case .success(let path) = facts.path(at: pointer) else { return .broken }
            return scope.covers(path) ? .holds : .fails
        case .host(let patterns, _):
            guard case .string(let text) = value else { return .unsuited }
            guard case .success(let host) = facts.host(text, at: pointer) else { return .broken }
            return patterns.contains { $0.covers(host) } ? .holds : .fails
        case .cidr(let ranges):
            guard case .string(let text) = value else { return .unsuited }
            guard let address = try? IPAddress(text) else {
                // A host name, or an address with a port, can be read; of it a range says nothing.
                if case .success = facts.host(text, at: pointer) { return .unsuited }
                return .broken
            }
            return ranges.contains { $0.contains(address) } ? .holds : .fails
        case .max(let bound):
            guard let number = ExactNumber(value) else { return .unsuited }
            return number <= bound ? .holds : .fails
        case .min(let bound):
            guard let number = ExactNumber(value) else { return .unsuited }
            return bound <= number ? .holds : .fails
        case .length(let minimum, let maximum):
            guard let length = Self.length(of: value) else { return .unsuited }
            return length >= minimum ?? 0 && length <= maximum ?? .max ? .holds : .fails
        case .each(let constraints):
            return Self.judgeEach(value, at: pointer, constraints, &facts)
        case .absent:
            return .fails
        case .present:
            return .holds
        case .from(let provenance):
            return provenance.judge(value, at: pointer, &facts)
        case .ifPresent(let constraint):
            return constraint.judge(value, at: pointer, &facts)
        }
    }

    /// True if an argument that is not there satisfies the constraint.
    var permitsAbsence: Bool {
        switch self {
        case .absent, .ifPresent: true
        default: false
        }
    }

    /// What is asked of a value that is there.
    var ofValue: CompiledConstraint {
        if case .ifPresent(let constraint) = self { constraint.ofValue } else { self }
    }

    private static func judgeEach(
        _ value: JSON, at pointer: [String], _ constraints: [CompiledConstraint], _ facts: inout CallFacts
    ) -> Answer {
        guard case .array(let elements) = value else { return .unsuited }
        var answer = Answer.holds
        for (index, element) in elements.enumerated() {
            for constraint in constraints {
                answer = answer.and(constraint.judge(element, at: pointer + [String(index)], &facts))
                if answer == .fails { return .fails }
            }
        }
        return answer
    }

    static func length(of value: JSON) -> Int? {
        switch value {
        case .string(let text): text.unicodeScalars.count
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: nil
        }
    }
}
