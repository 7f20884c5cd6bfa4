/// Values of arguments by the names of their constants.
enum ArgumentText {
    /// `AF_NETLINK`, `CLONE_NEWUSER|SIGCHLD`, `0x5412` where there is no name.
    static func text(of value: UInt64, argument: Int, in call: String) -> String {
        let low = UInt64(UInt32(truncatingIfNeeded: value))
        switch (call, argument) {
        case ("socket", 0), ("socketpair", 0): return name(low, ["AF_"])
        case ("socket", 1), ("socketpair", 1):
            let flags: [(UInt64, String)] = [(0x80000, "SOCK_CLOEXEC"), (0x800, "SOCK_NONBLOCK")]
            return joined([name(low & 0xf, ["SOCK_"])], rest: low & ~0xf, flags)
        case ("ioctl", 1): return name(low, ["TIOC", "TC", "FIO", "FS_IOC", "FICLONE"])
        case ("prctl", 0): return ArgumentConstants.option(low) ?? hexadecimal(low)
        case ("clone", 0), ("unshare", 0), ("setns", 1):
            return joined([], rest: low & ~0xff, cloneFlags)
        case ("setsockopt", 1), ("getsockopt", 1): return name(low, ["SOL_"])
        case ("prlimit64", 1), ("setrlimit", 0): return name(low, ["RLIMIT_"])
        case ("ptrace", 0): return name(low, ["PTRACE_"])
        case ("setpriority", 0): return name(low, ["PRIO_"])
        case ("madvise", 2): return name(low, ["MADV_"])
        case ("fcntl", 1): return name(low, ["F_"])
        case ("openat", 2), ("open", 1): return openFlags(low)
        case ("mmap", 2), ("mprotect", 2):
            return joined([], rest: low, protectionNames)
        case ("mkdir", 1), ("mkdirat", 2), ("chmod", 1), ("fchmodat", 2), ("mknod", 1), ("mknodat", 2), ("creat", 1),
            ("open", 2):
            return "0" + String(low, radix: 8)
        default: return hexadecimal(value)
        }
    }

    /// What `text` wrote: the sum of the flags; nil if one of them has no value here.
    static func value(of text: String) -> UInt64? {
        var value: UInt64 = 0
        for word in text.split(separator: "|") {
            guard let one = flag(String(word).filter { $0 != " " }) else { return nil }
            value |= one
        }
        return value
    }

    private static func flag(_ word: String) -> UInt64? {
        if let flag = openFlagValues[word] ?? protectionValues[word] ?? others[word] { return flag }
        if word.count > 1, word.hasPrefix("0"), let octal = UInt64(word.dropFirst(), radix: 8) { return octal }
        return try? ArgumentConstants.value(of: word)
    }

    /// What strace writes of arguments that no rule of a profile has a name for.
    private static let others: [String: UInt64] = [
        "NULL": 0, "SIGCHLD": 17, "AT_FDCWD": 0xffff_ff9c, "AT_EMPTY_PATH": 0x1000, "AT_SYMLINK_NOFOLLOW": 0x100,
        "AT_REMOVEDIR": 0x200, "MSG_OOB": 1, "MSG_PEEK": 2, "MSG_DONTWAIT": 0x40, "MSG_NOSIGNAL": 0x4000,
        "MS_RDONLY": 1, "MS_NOSUID": 2, "MS_NODEV": 4, "MS_NOEXEC": 8, "MS_REMOUNT": 0x20, "MS_BIND": 0x1000,
        "MS_REC": 0x4000, "MS_PRIVATE": 1 << 18, "PER_LINUX": 0, "ADDR_NO_RANDOMIZE": 0x40000,
    ]

    private static func name(_ value: UInt64, _ prefixes: [String]) -> String {
        ArgumentConstants.name(of: value, prefixes) ?? hexadecimal(value)
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        value < 10 ? String(value) : "0x" + String(value, radix: 16)
    }

    private static let cloneFlags: [(UInt64, String)] = ArgumentConstants.all(prefix: "CLONE_")

    private static func openFlags(_ value: UInt64) -> String {
        let access = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"][Int(value & 3)]
        return joined(
            [access], rest: value & ~3, openFlagNames)
    }

    private static let openFlagNames: [(UInt64, String)] = [
        (0o100, "O_CREAT"), (0o200, "O_EXCL"), (0o1000, "O_TRUNC"), (0o2000, "O_APPEND"),
        (0o20_200_000, "O_TMPFILE"), (0o200_000, "O_DIRECTORY"), (0o400_000, "O_NOFOLLOW"),
        (0o2_000_000, "O_CLOEXEC"), (0o10_000_000, "O_PATH"), (0o4000, "O_NONBLOCK"), (0o400, "O_NOCTTY"),
        (0o100_000, "O_LARGEFILE"),
    ]
    private static let protectionNames: [(UInt64, String)] = [(1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC")]

    private static let openFlagValues = Dictionary(
        (openFlagNames + [(0, "O_RDONLY"), (1, "O_WRONLY"), (2, "O_RDWR")]).map { ($1, $0) }
    ) { first, _ in first }
    private static let protectionValues = Dictionary((protectionNames + [(0, "PROT_NONE")]).map { ($1, $0) }) {
        first, _ in first
    }

    /// The names of the flags that are set; what is left without a name is a number.
    private static func joined(_ first: [String], rest value: UInt64, _ flags: [(UInt64, String)]) -> String {
        var words = first
        var rest = value
        for (flag, name) in flags where flag != 0 && rest & flag == flag {
            words.append(name)
            rest &= ~flag
        }
        if rest != 0 || words.isEmpty { words.append(hexadecimal(rest)) }
        return words.joined(separator: "|")
    }
}
