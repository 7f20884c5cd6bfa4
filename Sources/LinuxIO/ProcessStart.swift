import Glibc

/// What a host process does before anything else.
package enum ProcessStart {
    /// Opens `/dev/null` in place of standard descriptors that the process was started without.
    ///
    /// Attack: without it the first file that agentbox opens, such as the ledger, becomes its standard input or output,
    /// and is handed to the agent as that.
    package static func openStandardDescriptors() {
        while true {
            let opened = open("/dev/null", O_RDWR)
            guard (0...STDERR_FILENO).contains(opened) else {
                if opened >= 0 { close(opened) }
                return
            }
        }
    }

    /// Takes as many descriptors as this process may have: the soft limit becomes the hard one.
    ///
    /// Attack: descriptors that are on their way through sockets count against the user, and a sender may have as many
    /// as its own soft limit says. An agent of the same user that holds its share in flight would keep the host, with
    /// the usual 1024, from handing any plan to `agentbox-init`. What a box may have its profile says.
    package static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        guard limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        // A limit that cannot be raised is the old one.
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
