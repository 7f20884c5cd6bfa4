/// Which arguments the kernel reads as 32 bits. Of these an `allow` rule compares the lower half, since a compiler may
/// leave anything in the upper one; of all others the whole register.
enum ArgumentWidths {
    private static let half: [String: Set<Int>] = [
        "socket": [0, 1, 2], "socketpair": [0, 1, 2], "setsockopt": [0, 1, 2], "getsockopt": [0, 1, 2],
        "ioctl": [0, 1], "fcntl": [0, 1], "prctl": [0], "personality": [0], "kill": [0, 1], "tkill": [0, 1],
        "tgkill": [0, 1, 2], "prlimit64": [0, 1], "setpriority": [0, 1, 2], "ioprio_set": [0, 1, 2], "madvise": [2],
        "sched_setaffinity": [0], "sched_setattr": [0, 2], "sched_setparam": [0], "sched_setscheduler": [0, 1],
        "execveat": [0, 4], "memfd_create": [1], "openat": [0, 2, 3], "open": [1, 2], "keyctl": [0],
        "futex": [1, 2, 5], "flock": [0, 1], "shmget": [2], "semget": [0, 1, 2], "msgget": [0, 1], "bpf": [0],
        "seccomp": [0, 1], "shutdown": [0, 1], "sendto": [0, 3, 5], "recvfrom": [0, 3], "sendmsg": [0, 2],
        "recvmsg": [0, 2], "sendmmsg": [0, 2, 3], "recvmmsg": [0, 2, 3], "accept4": [0, 3], "unshare": [0],
        "setns": [0, 1], "umask": [0], "mknod": [1], "mknodat": [0, 2], "chmod": [1], "fchmod": [0, 1],
        "fchmodat": [0, 2], "listen": [0, 1], "bind": [0, 2], "connect": [0, 2], "dup3": [0, 1, 2],
        "epoll_create1": [0], "eventfd2": [0, 1], "pipe2": [1], "inotify_init1": [0], "clone": [0], "ftruncate": [0],
        "fallocate": [0, 1], "lseek": [0, 2], "read": [0], "write": [0],
        "pread64": [0], "pwrite64": [0], "close": [0], "fstat": [0], "fchown": [0, 1, 2],
        "getpriority": [0, 1], "access": [1], "faccessat": [0, 2],
    ]

    /// Arguments that the kernel reads whole: addresses, sizes, offsets.
    private static let whole: [String: Set<Int>] = [
        "clone": [1, 2, 3, 4], "mmap": [0, 1, 2, 3, 5], "mprotect": [0, 1, 2], "munmap": [0, 1], "mremap": [0, 1, 2],
        "lseek": [1], "brk": [0],
        "read": [1, 2], "write": [1, 2], "pread64": [1, 2, 3], "pwrite64": [1, 2, 3], "ftruncate": [1],
        "truncate": [1], "fallocate": [2, 3], "madvise": [0, 1], "ioctl": [2], "fcntl": [2], "prctl": [1, 2, 3, 4],
    ]

    /// False of an argument of which nobody said here how much of it the kernel reads.
    static func isKnown(_ argument: Int, of call: String) -> Bool {
        half[call]?.contains(argument) == true || whole[call]?.contains(argument) == true
    }

    static func width(of argument: Int, in call: String) -> ArgumentCondition.Width {
        half[call]?.contains(argument) == true ? .low32 : .full64
    }
}
