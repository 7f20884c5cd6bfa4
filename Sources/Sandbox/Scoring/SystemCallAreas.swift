import Manifests

/// Groups of system calls, by what passes the compiled filter with any arguments at all.
enum SystemCallAreas {
    /// systemd's areas and, after them, those that its groups do not tell apart.
    private static let groups: [(name: String, weight: ScoredArea.Weight, calls: Set<String>)] = {
        func filter(_ group: String, _ weight: ScoredArea.Weight) -> (String, ScoredArea.Weight, Set<String>) {
            ("SystemCallFilter=~\(group)", weight, SystemCallGroups.members(of: group) ?? [])
        }
        func calls(_ name: String, _ weight: ScoredArea.Weight, _ words: String) -> (
            String, ScoredArea.Weight, Set<String>
        ) {
            (name, weight, Set(words.split(separator: " ").map(String.init)))
        }
        return [
            filter("@clock", .reach), filter("@cpu-emulation", .support), filter("@debug", .escape),
            filter("@module", .escape), filter("@mount", .escape), filter("@obsolete", .support),
            filter("@privileged", .reach), filter("@raw-io", .escape), filter("@reboot", .escape),
            filter("@resources", .support), filter("@swap", .reach),
            calls("KeyringMode=", .reach, "add_key keyctl request_key"),
            calls("ProtectHostname=", .support, "sethostname setdomainname"),
            calls("ProtectKernelLogs=", .support, "syslog"),
            calls(
                "other processes", .escape,
                "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise process_mrelease"),
            calls(
                "kernel machinery", .escape,
                "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register vmsplice"),
            calls("files by handle", .escape, "open_by_handle_at name_to_handle_at fanotify_init fanotify_mark"),
            calls(
                "SystemV IPC and queues", .reach,
                "shmget shmat shmctl semget semop semctl msgget msgsnd msgrcv mq_open mq_timedsend mq_timedreceive"),
        ]
    }()

    static func areas(of subject: ScoreSubject) throws(SandboxError) -> [ScoredArea] {
        var areas: [ScoredArea] = []
        for (name, weight, calls) in groups {
            let found = try subject.passing(calls)
            areas.append(ScoredArea(name, weight, reasons(found.passing, of: found.all, subject)))
        }
        return areas + [try surface(of: subject)]
    }

    /// One call of a group is worth an attack: it counts for two, all of them for ten.
    private static func reasons(_ passing: [String], of all: Int, _ subject: ScoreSubject) -> [ScoredArea.Reason] {
        guard all > 0 else { return [] }
        let share = max(10 / Double(all), 2)
        return passing.map { call in
            ScoredArea.Reason(
                share, "`\(call)` passes", subject.lines.line(allowing: call),
                remedy: "add `\(call)` to `syscalls.deny`")
        }
    }

    /// What is left of the kernel's surface. systemd has no such area: it asks for groups only.
    private static func surface(of subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        let found = try subject.passing(Set(subject.analysis.table.numbers.keys))
        let reason = ScoredArea.Reason(
            10 * Double(found.passing.count) / Double(max(1, found.all)),
            "\(found.passing.count) of \(found.all) system calls pass", nil,
            remedy: "allow single calls instead of groups; `agentbox sandbox show --bpf` lists what passes")
        return ScoredArea("SystemCallFilter=", .reach, [reason])
    }
}
