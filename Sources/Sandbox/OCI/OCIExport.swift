import Glibc
import Manifests
import StrictJSON

/// The system call filter of a profile as an OCI `seccomp` profile, for this machine's architecture.
///
/// It says what the compiled filter does. What this build refuses with ENOSYS because a kernel may be older than the call
/// is left to the default: container runtimes answer so by themselves.
package enum OCIExport {
    /// More rules than this take longer to load than a container takes to start.
    private static let limit = 5000

    package static func json(of profile: ResolvedProfile) throws -> JSON {
        let analysis = try FilterAnalysis(profile)
        let otherwise: CallVerdict =
            switch profile.defaultAction {
            case .eperm: .refused(EPERM)
            case .enosys: .refused(ENOSYS)
            case .kill: .killed
            }
        var names: [Entry: [String]] = [:]
        for (name, number) in analysis.table.numbers {
            for (verdict, region) in try analysis.outcomes(ofNumber: number) where verdict != otherwise {
                if verdict == .refused(ENOSYS), analysis.table.recent.contains(name) { continue }
                for arguments in try OCIArguments.lists(for: region, of: name) {
                    names[Entry(verdict: verdict, arguments: arguments), default: []].append(name)
                }
            }
        }
        guard names.count <= limit else {
            throw OCIError("$.syscalls", "the profile's rules make \(names.count) of OCI's, more than \(limit)")
        }
        let entries = names.map { (entry: $0.key, names: $0.value.sorted()) }.sorted { left, right in
            (left.entry.arguments.isEmpty ? 0 : 1, left.names[0], left.entry.order)
                < (right.entry.arguments.isEmpty ? 0 : 1, right.names[0], right.entry.order)
        }
        return object([
            ("defaultAction", .string(otherwise.ociName)), ("defaultErrnoRet", otherwise.ociError),
            ("architectures", [.string(analysis.architecture.ociName)]),
            ("syscalls", .array(entries.map { $0.entry.json($0.names) })),
        ])
    }

    /// Calls with the same verdict for the same arguments are one rule.
    private struct Entry: Hashable {
        let verdict: CallVerdict
        let arguments: [OCISeccomp.Argument]

        var order: String { arguments.map { "\($0.index) \($0.value) \($0.valueTwo)" }.joined(separator: ",") }

        func json(_ names: [String]) -> JSON {
            object([
                ("names", .array(names.map { .string($0) })), ("action", .string(verdict.ociName)),
                ("errnoRet", verdict.ociError),
                ("args", arguments.isEmpty ? nil : .array(arguments.map(\.json))),
            ])
        }
    }
}

extension CallVerdict {
    fileprivate var ociName: String {
        switch self {
        case .allowed: "SCMP_ACT_ALLOW"
        case .refused: "SCMP_ACT_ERRNO"
        case .killed: "SCMP_ACT_KILL_PROCESS"
        }
    }

    fileprivate var ociError: JSON? {
        if case .refused(let number) = self { .integer(Int64(number)) } else { nil }
    }
}

extension OCISeccomp.Argument {
    fileprivate var json: JSON {
        object([
            ("index", .integer(Int64(index))), ("value", .integer(Int64(truncatingIfNeeded: value))),
            ("valueTwo", comparison == .maskedEqual ? .integer(Int64(truncatingIfNeeded: valueTwo)) : nil),
            ("op", .string(comparison.rawValue)),
        ])
    }
}

/// An object of the members that say something.
private func object(_ members: [(String, JSON?)]) -> JSON {
    .object(JSONObject(uniqueMembers: members.compactMap { key, value in value.map { (key, $0) } }))
}
