import LinuxIO
import Manifests
import StrictJSON

/// Which variables of their environment programs asked for, as `agentbox-observe environment` says it. It says so from
/// within the box of a program that may be hostile: what is not well formed is left out.
package struct EnvironmentReads: Sendable {
    /// By variable: the programs that asked their C library for it, whether it was set or not.
    package private(set) var read: [String: Set<String>] = [:]
    /// Programs that have all of their environment in hand, since they use `environ`: which of it they use nobody knows.
    package private(set) var whole: Set<String> = []
    /// Programs of which nothing is known, with why.
    package private(set) var unknown: [String: String] = [:]
    /// More was said than was heard.
    package private(set) var isIncomplete = false
    /// Variables that the box gave.
    package let given: Set<String>

    /// True if a variable that is not in `read` may have been used all the same.
    package var mayBeMore: Bool { !whole.isEmpty || !unknown.isEmpty || isIncomplete }

    /// - Parameter profile: What the programs ran under.
    package init(under profile: ResolvedProfile) {
        given = Set(CallEnvironment.make(profile, adding: []).map(\.0))
    }

    private static let most = 4096

    package mutating func add(_ report: CallReport) {
        isIncomplete = isIncomplete || report.isOutputTruncated || report.end == .exited(Self.untraceable)
        for line in report.output.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 3, !fields[1].isEmpty, !fields[2].isEmpty,
                read.count + whole.count + unknown.count < Self.most
            else {
                isIncomplete = true
                continue
            }
            switch fields[0] {
            case "read": read[fields[2], default: []].insert(fields[1])
            case "whole": whole.insert(fields[1])
            case "unknown": unknown[fields[1]] = fields[2]
            default: isIncomplete = true
            }
        }
    }

    /// What agentbox-observe ends with if it cannot trace.
    private static let untraceable: Int32 = 125

    package var json: JSON {
        [
            "read": .array(
                read.sorted { $0.key < $1.key }.map { name, programs in
                    [
                        "name": .string(name), "by": .array(programs.sorted().map(JSON.string)),
                        "given": .bool(given.contains(name)),
                    ]
                }),
            "whole": .array(whole.sorted().map(JSON.string)),
            "unknown": .object(
                JSONObject(uniqueMembers: unknown.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "incomplete": .bool(isIncomplete),
        ]
    }
}

extension ResolvedProfile {
    /// The same for a program whose reads of its environment are watched: it is traced, in its own box.
    package var tracing: ResolvedProfile {
        var profile = self
        profile.allow = (allow + ["ptrace"]).sorted()
        return profile
    }
}

extension CallSpecification {
    /// Puts `agentbox-observe` before the program, which stays what it is.
    package mutating func observeEnvironment(by observer: SharedDescriptor) {
        let path = visiblePath ?? VerifiedExecutable.observedPlace
        if path == VerifiedExecutable.observedPlace {
            sockets.append(.init(executable.descriptor, at: path, isExecutable: true))
        }
        arguments = ["environment", path] + executable.prefix + arguments
        executable = VerifiedExecutable(observer, name: "agentbox-observe")
    }

    /// Under which name the program may be executed inside anyway: some find their parts by it.
    private var visiblePath: String? {
        guard let path = try? executable.descriptor.currentPath() else { return nil }
        // `/tmp` and `/workspace` of the view are not the host's.
        let shown = profile.exec.filter(profile.read.contains)
        if shown.contains(where: { HostPath.contains(HostPath.canonical($0), path) }) { return path }
        guard let root = workspace?.path, HostPath.contains(root, path),
            profile.exec.contains(WorkspaceRoot.viewPath), profile.workspace == .all
        else { return nil }
        return WorkspaceRoot.viewPath + path.dropFirst(root.count)
    }
}
