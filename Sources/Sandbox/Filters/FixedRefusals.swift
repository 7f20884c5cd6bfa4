import Glibc

/// What every profile refuses unless it names the call itself (no group will do) in `allow`, or the value in a rule.
enum FixedRefusals {
    /// System calls that are refused whole.
    static let calls: Set<String> = Set(
        """
        ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise process_mrelease
        bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register seccomp
        keyctl add_key request_key
        mount umount umount2 mount_setattr move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick
        statmount listmount pivot_root chroot unshare setns
        init_module finit_module delete_module create_module query_module get_kernel_syms
        kexec_load kexec_file_load reboot swapon swapoff acct quotactl quotactl_fd
        open_by_handle_at name_to_handle_at fanotify_init fanotify_mark
        iopl ioperm modify_ldt vhangup syslog lookup_dcookie uselib nfsservctl _sysctl sysfs ustat
        sethostname setdomainname settimeofday stime clock_settime clock_settime64 clock_adjtime clock_adjtime64
        adjtimex
        mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node get_mempolicy vmsplice
        shmget shmat shmctl shmdt semget semop semtimedop semtimedop_time64 semctl msgget msgsnd msgrcv msgctl ipc
        mq_open mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64 mq_notify
        mq_getsetattr
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Its flags lie in memory, where a filter cannot read them: libc falls back to `clone`. No profile lifts this.
    static let unreadable = "clone3"

    /// A refusal that depends on an argument. A profile lifts it with an `allow` rule on `argument`.
    struct Guard: Sendable {
        let argument: Int
        let conditions: [ArgumentCondition]
    }

    /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. In a user namespace of its own a process
    /// holds every capability again and may undo the masks of the mount tree.
    static let newNamespaceFlags: UInt32 = 0x7e02_0000

    /// execveat's AT_EMPTY_PATH: executes a descriptor, whatever its name.
    static let emptyPath: UInt32 = 0x1000

    private static let netlink: UInt64 = 16

    /// The arguments of which every profile refuses some values unless a rule on them lifts that; of `execveat` too, whose
    /// flags the filter looks at apart.
    static func guardedArguments(of call: String) -> Set<Int> {
        Set(guards(of: call).map(\.argument) + (call == "execveat" ? [4] : []))
    }

    static func guards(of call: String) -> [Guard] {
        switch call {
        case "clone":
            return [Guard(argument: 0, conditions: [.anyBit(0, newNamespaceFlags)])]
        case "socket":
            // Families beyond these have had most of the holes, and load kernel modules when asked for.
            return [
                Guard(argument: 0, conditions: [.noneOf(0, families)]),
                Guard(argument: 2, conditions: [.oneOf(0, [netlink]), .noneOf(2, [0])]),  // NETLINK_ROUTE
                // TCP and UDP. What else the kernel has (SCTP, DCCP, UDPLITE, raw) is rarely used and has had its holes.
                Guard(argument: 2, conditions: [.oneOf(0, internet), .noneOf(2, [0, 6, 17])]),
            ]
        // F_SETLEASE holds up whoever writes to a file that the call may only read; F_NOTIFY watches folders.
        case "fcntl": return [Guard(argument: 1, conditions: [.oneOf(1, [0x400, 0x402])])]
        // MSG_OOB on a pair of Unix sockets (CVE-2025-38236): nobody needs it.
        case "sendto", "sendmmsg": return [Guard(argument: 3, conditions: [.anyBit(3, 1)])]
        case "sendmsg": return [Guard(argument: 2, conditions: [.anyBit(2, 1)])]
        case "socketpair":
            // A datagram socket of a pair can still be sent from, or connected, to any socket that has a name.
            return [
                Guard(argument: 0, conditions: [.noneOf(0, [UInt64(AF_UNIX)])]),
                Guard(argument: 1, conditions: [.noneOf(1, connectedTypes)]),
            ]
        case "prctl":
            // PR_SET_MM, PR_SET_PTRACER, PR_SET_SECCOMP
            return [Guard(argument: 0, conditions: [.oneOf(0, [35, 0x5961_6d61, 22])])]
        case "ioctl":
            // TIOCSTI types on the user's terminal, TIOCLINUX pastes into it (CVE-2017-5226, CVE-2023-28100);
            // TIOCCONS takes the console's output, TIOCSETD loads line disciplines.
            return [Guard(argument: 1, conditions: [.oneOf(1, [0x5412, 0x541c, 0x541d, 0x5423])])]
        case "personality":
            // PER_LINUX, PER_LINUX32, UNAME26 with either, and the query: none turns address randomisation off.
            return [Guard(argument: 0, conditions: [.noneOf(0, [0, 8, 0x20000, 0x20008, 0xffff_ffff])])]
        case "prlimit64", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler":
            // One call must not limit or reschedule another: only the caller itself, pid 0.
            return [Guard(argument: 0, conditions: [.noneOf(0, [0])])]
        case "setpriority":
            // PRIO_USER reaches every process of the user.
            return [
                Guard(argument: 0, conditions: [.oneOf(0, [2])]), Guard(argument: 1, conditions: [.noneOf(1, [0])]),
            ]
        case "ioprio_set":
            return [
                Guard(argument: 0, conditions: [.oneOf(0, [3])]), Guard(argument: 1, conditions: [.noneOf(1, [0])]),
            ]
        default:
            return []
        }
    }

    /// SOCK_STREAM and SOCK_SEQPACKET, plain and with SOCK_CLOEXEC and SOCK_NONBLOCK.
    private static let connectedTypes: [UInt64] = [1, 5].flatMap { type in
        [0, 0x80000, 0x800, 0x80800].map { type | $0 }
    }

    private static let internet: [UInt64] = [UInt64(AF_INET), UInt64(AF_INET6)]
    private static let families: [UInt64] = [UInt64(AF_UNIX), UInt64(AF_INET), UInt64(AF_INET6), netlink]
}
