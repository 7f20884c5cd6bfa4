/// What a system call opens to whoever may make it: for the person who decides whether a profile gets it.
enum SystemCallExposure {
    /// The group that tells most about the call, and what its calls are for.
    static func group(of call: String) -> (name: String, opens: String)? {
        for (name, opens) in groups where SystemCallGroups.members(of: name)?.contains(call) == true {
            return (name, opens)
        }
        return nil
    }

    /// In words; a call of no group is one that nobody has looked at.
    static func text(of call: String) -> String {
        if let own = calls[call] { return own }
        return group(of: call)?.opens ?? "nothing is known of it here: read its manual page first"
    }

    private static let calls: [String: String] = [
        "memfd_create": "executing code from memory, which no rule on files sees",
        "unshare": "namespaces of its own, in which a process has all capabilities again",
        "setns": "entering other namespaces",
        "clone3": "new namespaces, by flags that a filter cannot read",
        "socket": "sockets: of which families, a rule on argument 0 says",
        "bind": "being reached by others on a socket",
        "listen": "being reached by others on a socket",
        "connect": "reaching whatever a socket's family can name",
        "userfaultfd": "stopping the kernel in the middle of a copy, which exploits are built on",
        "io_uring_setup": "a second way into the kernel that no filter sees",
        "personality": "turning address randomisation off",
        "syslog": "the kernel's messages, with addresses in them",
    ]

    /// The more a group says, the earlier it comes.
    private static let groups: [(String, String)] = [
        ("@mount", "changing the tree of mounts, and with it every mask in it"),
        ("@keyring", "keys of the user's session"),
        ("@module", "loading code into the kernel"),
        ("@reboot", "stopping the machine"), ("@swap", "the machine's swap"),
        ("@raw-io", "ports and devices, past every driver"),
        ("@cpu-emulation", "rarely used parts of the kernel that emulate old processors"),
        ("@debug", "other processes: their memory, their registers, their performance counters"),
        ("@obsolete", "calls that no program of today needs"),
        ("@clock", "the machine's clock"),
        ("@setuid", "becoming another user: there is none to become, and no capability to do it"),
        ("@chown", "giving files away: there is nobody to give them to"),
        ("@privileged", "what only an administrator does: without capabilities most of it fails"),
        ("@pkey", "memory protection keys of its own memory"),
        ("@sandbox", "confining itself further"),
        ("@aio", "asynchronous input and output, of which io_uring passes by filters"),
        ("@memlock", "memory that cannot be swapped out, as much as its limit allows"),
        ("@resources", "its own priority, limits and processors, and those of others whom the filter lets it name"),
        ("@network-io", "sockets: who can be reached is the network's and the socket rules' to say"),
        ("@ipc", "talking to other processes past files: queues and shared memory of the same user"),
        ("@process", "starting and watching processes; what they may execute is the file rules' to say"),
        ("@timer", "timers of its own"), ("@signal", "signals, to processes of its own call"),
        ("@sync", "writing out what it wrote"), ("@io-event", "waiting for its own descriptors"),
        ("@file-system", "files: which ones is the file rules' to say"),
        ("@basic-io", "reading and writing what it has open"),
        ("@default", "what every program needs to run"),
        ("@system-service", "what services ask for one by one"),
    ]
}
