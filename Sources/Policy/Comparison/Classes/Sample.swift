import Manifests
import StrictJSON

/// A value that an argument can have, or its absence.
struct Sample: Hashable, Sendable {
    /// Nil if the argument is absent.
    let value: JSON?
    /// Where its texts lead, if not where they say: by the tokens after the argument's own. A path is a text and the
    /// place in the file system that it leads to, and a symbolic link can make any text lead anywhere.
    let links: [[String]: String]

    init(_ value: JSON?, links: [[String]: String] = [:]) {
        self.value = value
        self.links = links
    }

    static let absent = Sample(nil)

    /// What the texts in the value resolve to: by links, else by the text alone.
    func resolvedPaths(at pointer: [String]) -> [[String]: ResolvedPathFact] {
        var paths: [[String]: ResolvedPathFact] = [:]
        switch value {
        case .string(let text)?:
            paths[pointer] = Self.lexical(text)
        case .array(let elements)?:
            for (index, element) in elements.enumerated() {
                if case .string(let text) = element { paths[pointer + [String(index)]] = Self.lexical(text) }
            }
        default: break
        }
        for (tokens, path) in links { paths[pointer + tokens] = .resolved(path) }
        return paths
    }

    static func lexical(_ text: String) -> ResolvedPathFact {
        do throws(PathRefusal) {
            return .resolved(try CanonicalPath.lexical(text))
        } catch {
            return .unresolved(error.reason)
        }
    }

    /// What the constraint says of it.
    func answer(_ constraint: CompiledConstraint, at pointer: [String], _ facts: inout CallFacts) -> Answer {
        guard let value else {
            return constraint.permitsAbsence ? .holds : .fails
        }
        return constraint.judge(value, at: pointer, &facts)
    }
}

extension CallFacts {
    /// Where only a value is asked about, and neither the run nor the time.
    static func ofValue(_ call: PolicyCall, _ tool: PolicyTool?) -> CallFacts {
        let now = Instant(secondsSince1970: 0)
        return CallFacts(call, of: tool, state: TaskState(startedAt: now), now: now)
    }
}
