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
        "seccomp": [0, 1],
    ]

    static func width(of argument: Int, in call: String) -> ArgumentCondition.Width {
        half[call]?.contains(argument) == true ? .low32 : .full64
    }
}
