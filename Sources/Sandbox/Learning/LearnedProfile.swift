import Diagnostics
import Glibc
import Manifests
import StrictJSON

/// The narrowest profile under which what was seen can happen again, as the text of a manifest in which every line says
/// what needed it.
package struct LearnedProfile: Sendable {
    package let name: ProfileName
    package let needs: LearnedNeeds
    /// For people: `git status`.
    package let source: String
    package let memory: ByteCount
    /// Nil: nobody looked.
    package let environment: EnvironmentReads?
    private let files: LearnedFiles
    private let cpuSeconds: UInt64
    private let processes: Int

    /// - Parameters:
    ///   - grants: The words that the tool's manifest uses; nil for a command, which has no tool yet.
    package init(
        named name: ProfileName, from needs: LearnedNeeds, source: String, resources: [ResourceUse], memory: ByteCount,
        environment: EnvironmentReads? = nil, grants: Set<GrantWord>? = nil
    ) {
        self.name = name
        self.environment = environment
        self.needs = needs
        self.source = source
        self.memory = memory
        self.grantsOfTool = grants
        files = LearnedFiles(needs)
        // Ten times what was used, in whole tens: the next input is larger, and a machine may be slower.
        let used = resources.map { $0.userMicroseconds + $0.systemMicroseconds }.max() ?? 0
        cpuSeconds = (used / 1_000_000 + 1) * 10
        let started = ["clone", "fork", "vfork"].reduce(UInt64(0)) { $0 + (needs.systemCalls[$1]?.count ?? 0) }
        processes = [16, 64, 256, 1024].first { UInt64($0) >= 2 * started } ?? 4096
    }

    private let grantsOfTool: Set<GrantWord>?
    /// True if it was a tool that was watched, whose grants say what it sees of the workspace.
    package var isOfTool: Bool { grantsOfTool != nil }

    private var workspace: SandboxProfile.Workspace {
        if grantsOfTool != nil { return files.readsWorkspace || files.changesWorkspace ? .granted : .none }
        return files.readsWorkspace || files.changesWorkspace ? .all : .none
    }

    private var grants: [GrantWord] {
        if let grantsOfTool {
            return GrantWord.allCases.filter { grantsOfTool.contains($0) && !GrantWord.ofNetwork.contains($0) }
        }
        var words: [GrantWord] = workspace == .none ? [] : [.read, .readUnder]
        if files.changesWorkspace { words += [.write, .create, .writeUnder] }
        return words
    }

    /// A command is watched without a network; a tool has what its grants name.
    private var network: SandboxProfile.NetworkMode {
        grantsOfTool?.isDisjoint(with: GrantWord.ofNetwork) == false ? .granted : .none
    }

    /// What is no secret anywhere, as far as it was read.
    package var passed: [String] {
        ["LANG", "LC_ALL", "TZ"].filter { name in
            guard let environment else { return true }
            return environment.mayBeMore || environment.read[name] != nil
        }
    }

    /// The manifest.
    package var yaml: String {
        var lines = [
            YAMLText.comment("Learned from \(String(source.prefix(300)))."),
            "#",
            "# For review: each line says what needed it first, and how often it was used. What is not here is refused.",
            "apiVersion: \(Manifests.apiVersion)", "kind: Sandbox", "name: \(name)",
            "description: \(YAMLText.name("What \(VisibleText.line(String(source.prefix(100)))) was seen to need."))",
            "isolation: [namespaces, landlock, seccomp]", "", "filesystem:",
        ]
        lines += list("read", files.read)
        lines += list("exec", files.exec)
        lines.append("  tmp: \(files.usesTemporary ? "64MiB" : "0")")
        lines.append("  workspace: \(workspace.rawValue)")
        lines.append("  grants: [\(grants.map(\.rawValue).joined(separator: ", "))]")
        lines += ["", "network: \(network.rawValue)", "", "syscalls:", "  default: EPERM"]
        lines += list("allow", allowedCalls)
        lines += rules
        lines += [
            "", "environment:", "  pass: [\(passed.joined(separator: ", "))]",
            // As it was while it was watched: a program without HOME asks for the account's.
            "  set: {PATH: \"/usr/bin:/bin\", HOME: /tmp}", "", "limits:",
            "  memory: \(memory.text)", "  processes: \(processes)", "  cpu: \(cpuSeconds)s", "  files: 256",
            "  fileSize: 64MiB",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// System calls that are allowed whatever their arguments: the others have rules.
    package var allowedCalls: [String: LearnedNeeds.Need] {
        let limited = Set(needs.values.keys.map(\.call))
        return needs.systemCalls.filter { !limited.contains($0.key) }
    }

    private func list(_ key: String, _ needs: [String: LearnedNeeds.Need]) -> [String] {
        guard !needs.isEmpty else { return ["  \(key): []"] }
        return ["  \(key):"]
            + needs.sorted { $0.key < $1.key }.map { line, need in
                "    - \(YAMLText.name(line))  \(Self.comment(need))"
            }
    }

    /// A rule takes so many values.
    private static let listLimit = 256

    private var rules: [String] {
        let byCall = Dictionary(grouping: needs.values) { $0.key.call }
        guard !byCall.isEmpty else { return [] }
        var lines = ["  rules:"]
        for (call, values) in byCall.sorted(by: { $0.key < $1.key }) {
            let texts = values.map(\.key.text).sorted()
            let argument = values.first?.key.argument ?? 0
            if let need = values.map(\.value).max(by: { $0.count < $1.count }) {
                lines.append("    \(Self.comment(need))")
            }
            for start in stride(from: 0, to: texts.count, by: Self.listLimit) {
                let inside = texts[start..<min(start + Self.listLimit, texts.count)].joined(separator: ", ")
                lines.append("    - {syscall: \(call), arg: \(argument), in: [\(inside)], action: allow}")
            }
        }
        return lines
    }

    /// `# 12 times: openat O_RDONLY /etc/gitconfig`
    private static func comment(_ need: LearnedNeeds.Need) -> String {
        let times = need.count == 1 ? "once" : "\(need.count) times"
        return YAMLText.comment(times + ": " + String(need.example.prefix(80)))
    }
}
