import Glibc

/// One use of a file that a trace shows.
package struct FileAccess: Hashable, Sendable {
    package enum Use: String, Hashable, Sendable, CaseIterable, Comparable {
        case read, list, execute, write, create, remove

        package static func < (left: Self, right: Self) -> Bool { left.order < right.order }
        private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// True if it changes something.
        package var changes: Bool { self >= .write }
    }

    package let use: Use
    /// As it is called inside; after all links if it is there.
    package let path: String
    package let isFound: Bool

    /// What a system call does with files. One that only looks at names (`stat`) needs nothing.
    static func all(of notice: SystemCallNotice) -> [FileAccess] {
        let paths = notice.texts.filter(\.isPath)
        func access(_ use: Use, _ index: Int = 0) -> [FileAccess] {
            guard index < paths.count, !paths[index].text.isEmpty else { return [] }
            return [FileAccess(use: use, path: paths[index].text, isFound: paths[index].isFound)]
        }
        func flags(_ argument: Int) -> Int32 {
            Int32(truncatingIfNeeded: notice.values.first { $0.argument == argument }?.value ?? 0)
        }
        switch notice.name {
        case "open": return uses(flags(1)).flatMap { access($0) }
        case "openat": return uses(flags(2)).flatMap { access($0) }
        // Its flags lie in memory.
        case "openat2": return access(.read)
        case "creat", "mkdir", "mkdirat", "mknod", "mknodat": return access(.create)
        case "execve", "execveat": return access(.execute)
        case "truncate", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat", "utime", "utimes",
            "utimensat", "futimesat", "setxattr", "lsetxattr", "removexattr", "lremovexattr":
            return access(.write)
        case "unlink", "unlinkat", "rmdir": return access(.remove)
        case "rename", "renameat", "renameat2": return access(.remove) + access(.create, 1)
        case "link", "linkat": return access(.read) + access(.create, 1)
        case "symlink", "symlinkat": return access(.create)
        default: return []
        }
    }

    private static func uses(_ flags: Int32) -> [Use] {
        // O_PATH opens a name and nothing of the file.
        if flags & 0o10_000_000 != 0 { return [] }
        if flags & O_DIRECTORY != 0 { return [.list] }
        var uses: [Use] = flags & O_ACCMODE == O_WRONLY ? [] : [.read]
        if flags & O_ACCMODE != O_RDONLY || flags & O_TRUNC != 0 { uses.append(.write) }
        if flags & O_CREAT != 0 { uses.append(.create) }
        return uses
    }
}
