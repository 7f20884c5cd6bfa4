/// Names of arguments and of their values, for people who read rules and filters.
enum ArgumentNames {
    private static let names: [String: [String]] = [
        "socket": ["domain", "type", "protocol"], "socketpair": ["domain", "type", "protocol"],
        "ioctl": ["fd", "request"], "fcntl": ["fd", "command"], "prctl": ["option"], "personality": ["persona"],
        "clone": ["flags"], "unshare": ["flags"], "setns": ["fd", "type"], "ptrace": ["request", "pid"],
        "prlimit64": ["pid", "resource"], "setpriority": ["which", "who"], "ioprio_set": ["which", "who"],
        "sched_setaffinity": ["pid"], "sched_setattr": ["pid"], "sched_setparam": ["pid"],
        "sched_setscheduler": ["pid", "policy"], "madvise": ["address", "length", "advice"],
        "execveat": ["fd", "path", "argv", "envp", "flags", "cookie"],
        "mmap": ["address", "length", "protection", "flags"],
        "mprotect": ["address", "length", "protection"], "kill": ["pid", "signal"], "tgkill": ["pid", "tid", "signal"],
        "tkill": ["tid", "signal"], "openat": ["fd", "path", "flags", "mode"], "open": ["path", "flags", "mode"],
    ]

    /// Which constants an argument takes: the start of their names.
    private static let prefixes: [String: [Int: [String]]] = [
        "socket": [0: ["AF_"], 1: ["SOCK_"]], "socketpair": [0: ["AF_"], 1: ["SOCK_"]],
        "ioctl": [1: ["FIO", "TC", "TIOC", "FS_", "FICLONE"]], "fcntl": [1: ["F_"]],
        "prctl": [0: ["PR_SET_", "PR_GET_", "PR_CAP", "PR_"]],
        "ptrace": [0: ["PTRACE_"]], "prlimit64": [1: ["RLIMIT_"]], "setpriority": [0: ["PRIO_"]],
        "madvise": [2: ["MADV_"]], "clone": [0: ["CLONE_"]], "unshare": [0: ["CLONE_"]],
    ]

    /// `request`, or `arg 1`.
    static func argument(_ index: Int, of call: String?) -> String {
        guard let names = call.flatMap({ Self.names[$0] }), index < names.count else { return "arg \(index)" }
        return names[index]
    }

    /// `TIOCSTI`, or the number.
    static func value(_ value: UInt64, of argument: Int, in call: String?) -> String {
        let prefixes = call.flatMap { Self.prefixes[$0]?[argument] } ?? []
        let known = ArgumentConstants.names(of: value)
        for prefix in prefixes {
            let matching = known.filter { name in
                name.hasPrefix(prefix) && !others.contains { name.hasPrefix($0) }
            }
            // Of aliases the shortest is the one that is used: F_SETLK and F_SETLK64, AF_UNIX and AF_LOCAL.
            if let name = matching.first(where: preferred.contains) ?? matching.min(by: shorter) { return name }
        }
        return value < 10 ? String(value) : "0x" + String(value, radix: 16)
    }

    private static let preferred: Set<String> = ["AF_UNIX", "AF_NETLINK", "FIONREAD"]
    /// Values of further arguments, which are small numbers too.
    private static let others = ["PR_SET_MM_", "PR_SET_VMA_", "PR_CAP_AMBIENT_"]

    /// `CLONE_NEWUSER|CLONE_NEWNS`, or the number if one of its bits has no name.
    static func mask(_ mask: UInt64, of argument: Int, in call: String?) -> String {
        let prefixes = call.flatMap { Self.prefixes[$0]?[argument] } ?? []
        let names = (0..<64).map { UInt64(1) << UInt64($0) }.filter { mask & $0 != 0 }.map { bit in
            ArgumentConstants.names(of: bit).filter { name in prefixes.contains { name.hasPrefix($0) } }.min(
                by: shorter)
        }
        let known = names.compactMap(\.self)
        return !known.isEmpty && known.count == names.count && known.count < 16
            ? known.joined(separator: "|") : "0x" + String(mask, radix: 16)
    }

    private static func shorter(_ left: String, _ right: String) -> Bool {
        (left.utf8.count, left) < (right.utf8.count, right)
    }
}
