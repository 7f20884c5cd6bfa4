import Diagnostics
import StrictJSON

extension SandboxProfile {
    /// The form of a sandbox profile.
    static let shape: Shape<SandboxProfile> = object(
        "a sandbox profile",
        later: [
            "pid":
                "a process namespace that calls share. Each call has one of its own, whose `/proc` shows no other and which "
                + "takes every process of the call with it: leave `pid` out"
        ],
        required("apiVersion", .apiVersion, "The version of the manifest language."),
        required("kind", .constant("Sandbox"), "What this manifest is."),
        required("name", .profileName, "What tools and other profiles name it by."),
        required(
            "description", .prose("a description"), "What a call under this profile can do, for people who review it."),
        optional("extends", .profileName, "The profile whose lines this one adds to."),
        optional(
            "isolation", Shape.list(of: .choice(), "a list of layers", count: 1...4).unique { $0 },
            "The layers that must hold, or the call is refused. Adds to those of `extends`: no profile drops one."),
        optional(
            "landlock", Landlock.shape,
            "What Landlock must be able to do, or the call is refused. `agentbox doctor` says what it can here."),
        optional(
            "filesystem", Filesystem.shape, default: Filesystem(), "What a call sees of the host and of the workspace."),
        optional(
            "network", .choice(later: ["loopback": "`none` is a loopback already"]),
            "What the network is: `none` is a loopback of its own; with `granted` it leads to what the call's `connect` "
                + "grants name, through the egress broker, and a call listens at what its `listen` grants name."),
        optional("syscalls", SystemCalls.shape, default: SystemCalls(), "The system call filter."),
        optional(
            "environment", Environment.shape, default: Environment(),
            "The environment of a call. Nothing else of the host's is there."),
        optional("limits", ProfileLimits.shape, default: ProfileLimits(), "Limits of every call.")
    ) { _, _, name, description, extends, isolation, landlock, filesystem, network, syscalls, environment, limits in
        SandboxProfile(
            name: name, description: description, extends: extends, isolation: isolation, landlockABI: landlock,
            filesystem: filesystem, network: network, syscalls: syscalls, environment: environment, limits: limits)
    }.checked { profile, located, decoding in
        if let parent = profile.extends, parent == profile.name {
            decoding.report(.contradiction, in: located, at: ["extends"], "a profile cannot extend itself")
        }
    }
}

/// `landlock: {abi: 3}`
private enum Landlock {
    static let shape: Shape<Int> = object(
        "a mapping of Landlock",
        required(
            "abi", .integer(1...7), "The least ABI. A profile that extends this one can ask for more, not for less.")
    ) { $0 }
}

extension SandboxProfile.Filesystem {
    static let shape: Shape<Self> = object(
        "a mapping of the file system",
        optional(
            "read", .hostPaths(),
            "Absolute paths of the host, readable in the view under the same names. Those that the host does not have "
                + "are left out."),
        optional(
            "exec", .hostPaths(or: ["/tmp", "/workspace"]),
            "Absolute paths beneath `read` whose files may be executed; also `/tmp` and `/workspace`, for what a call "
                + "makes itself. A call's own executable always may."),
        optional("tmp", .size(minimum: 0), "Size of the private `/tmp`; 0 gives none."),
        optional("workspace", .choice(), "What of the workspace is readable: nothing, what the grants name, or all."),
        optional(
            "view", .choice(),
            "With `own` a call finds no names in the workspace but those that its grants give, and cannot ask whether others "
                + "exist; with `shared`, the default, it can."),
        optional(
            "grants",
            Shape.list(
                of: .grantOfFiles, "a list of grant words", count: 0...16
            ).unique { $0 },
            "The grants that a tool under this profile may ask for: the ceiling. Replaces that of `extends`.")
    ) { Self(read: $0, exec: $1, tmp: $2, workspace: $3, view: $4, grants: $5) }
}

extension Shape where Value == [String] {
    /// Paths of the host that can be part of a view, and some that a view has anyway.
    fileprivate static func hostPaths(or own: [String] = []) -> Shape {
        let path = Shape<String>.text(
            "an absolute path without `.`, `..` and `//`", pattern: Paths.absolutePattern, length: 2...1024
        ) { Paths.isAbsolute($0) ? $0 : nil }
        return .list(of: path, "a list of absolute paths").unique { $0 }.checked { paths, located, decoding in
            for (index, path) in paths.enumerated() where !own.contains(path) {
                guard let owned = viewsOwn.first(where: { Paths.covers($0, path) }) else { continue }
                decoding.report(
                    .invalidValue, in: located, at: [.index(index)],
                    "\(VisibleText.quoted(path)) cannot come from the host: a view has its own "
                        + VisibleText.quoted(owned))
            }
        }
    }

    /// What every view makes itself. The host's would give away its processes, its devices or its sockets.
    private static var viewsOwn: [String] { ["/proc", "/sys", "/dev", "/run", "/tmp", "/workspace"] }
}

extension Shape where Value == GrantWord {
    /// A word that names files.
    fileprivate static var grantOfFiles: Shape {
        let words = GrantWord.ofFiles.map(\.rawValue)
        let expectation = "one of " + VisibleText.list(words, conjunction: "or")
        return Shape.choice().structuredScalar(expectation, among: words)
    }

    private func structuredScalar(_ expectation: String, among words: [String]) -> Shape {
        Shape(expectation, schema: ["enum": .array(words.map { .string($0) })]) { located, decoding in
            guard case .scalar(.string(let text)) = located.content, let word = GrantWord(rawValue: text),
                GrantWord.ofNetwork.contains(word)
            else { return decode(located, &decoding) }
            decoding.report(
                .invalidValue, at: located.position, "`\(text)` is no grant on files",
                suggestion: "it is under `network`: write `network: granted`")
            return nil
        }
    }
}

extension SandboxProfile.Environment {
    static let shape: Shape<Self> = object(
        "a mapping of the environment",
        optional(
            "pass", Shape.list(of: .variable, "a list of names").unique { $0 }, "Names that are copied from the host."),
        optional("set", .variables, "Names with their values.")
    ) { Self(pass: $0, set: $1) }
}

extension Shape where Value == String {
    fileprivate static var variable: Shape {
        .text("the name of an environment variable", pattern: EnvironmentName.pattern, length: 1...128) {
            EnvironmentName.isAllowed($0) ? $0 : nil
        }
    }
}

extension Shape where Value == [String: String] {
    fileprivate static var variables: Shape {
        let value = Shape<String>.text("a text", pattern: #"^[^\u0000]*$"#, length: 0...4096) {
            $0.utf8.contains(0) ? nil : $0
        }
        return Shape<[MappingEntry<String, String>]>.mapping(
            "a mapping of names to texts", key: "the name of an environment variable",
            keyPattern: EnvironmentName.pattern,
            parseKey: { EnvironmentName.isAllowed($0) ? $0 : nil }, value: value
        ).map { entries in
            Dictionary(entries.map { ($0.name, $0.value) }) { first, _ in first }
        }
    }
}

/// Names of environment variables that a profile may pass or set.
private enum EnvironmentName {
    /// Not `LD_…` and `GLIBC_TUNABLES`, by which the loader runs foreign code in a verified executable, and not ours.
    static let pattern = "^(?!LD_|AGENTBOX_|GLIBC_TUNABLES$)[A-Za-z_][A-Za-z0-9_]*$"

    static func isAllowed(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, !Digits.isDigit(first),
            bytes.allSatisfy({ byte in
                Digits.isDigit(byte) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            })
        else { return false }
        return !bytes.starts(with: "LD_".utf8) && !bytes.starts(with: "AGENTBOX_".utf8) && name != "GLIBC_TUNABLES"
    }
}

extension SandboxProfile.ProfileLimits {
    static let shape: Shape<Self> = object(
        "a mapping of limits",
        optional(
            "memory", .size(),
            "Memory of all processes together where there is a cgroup; elsewhere the address space of each."),
        optional("processes", .integer(1...65_536), "Processes and threads of a call."),
        optional("cpu", .wholeSeconds, "Processor time of each process."),
        optional("files", .integer(3...1_048_576), "Open descriptors of each process."),
        optional("fileSize", .size(minimum: 0), "The largest file that a process may write."),
        optional("connections", .integer(1...1024), "Connections to one destination at once; 64 if it is not set."),
        optional("traffic", .size(), "Bytes to and from one destination, together; 1GiB if it is not set."),
        optional("connectionTime", .wholeSeconds, "How long one connection may last; 10m if it is not set.")
    ) {
        Self(
            memory: $0, processes: $1, cpu: $2, files: $3, fileSize: $4, connections: $5, traffic: $6,
            connectionTime: $7)
    }
}
