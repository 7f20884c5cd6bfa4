extension NoticeShapes {
    /// A line a system call: its name, then what of its arguments matters. A number is an argument that is a value,
    /// such as flags; `s1` a text behind argument 1, `p1` a path from the working directory, `p1@0` a path from the
    /// folder that argument 0 is a descriptor of, `a1` an address of a socket, whose length is the argument after it.
    /// At most two texts.
    static let table = """
        access 1 p0
        acct p0
        add_key s0 s1
        arch_prctl 0
        bind a1
        bpf 0
        chdir p0
        chmod 1 p0
        chown 1 2 p0
        chroot p0
        clone 0
        connect a1
        creat 1 p0
        delete_module s0
        execve p0
        execveat 4 p1@0
        faccessat 2 p1@0
        faccessat2 2 3 p1@0
        fcntl 1
        fchmodat 2 p1@0
        fchmodat2 2 3 p1@0
        fchownat 2 3 4 p1@0
        file_getattr p1@0
        file_setattr p1@0
        fsconfig 1 s2
        fsopen s0
        fspick p1@0
        futimesat p1@0
        getsockopt 1 2
        getxattr p0 s1
        getxattrat p1@0
        inotify_add_watch 2 p1
        ioctl 1
        ioprio_set 0
        keyctl 0
        lchown 1 2 p0
        lgetxattr p0 s1
        link p0 p1
        linkat 4 p1@0 p3@2
        listxattr p0
        listxattrat p1@0
        llistxattr p0
        lremovexattr p0 s1
        lsetxattr 4 p0 s1
        lstat p0
        madvise 2
        memfd_create 1 s0
        mkdir 1 p0
        mkdirat 2 p1@0
        mknod 1 2 p0
        mknodat 2 3 p1@0
        mmap 2 3
        mount 3 p1 s2
        mount_setattr p1@0
        move_mount 4 p1@0 p3@2
        mprotect 2
        mq_open 1 s0
        mq_unlink s0
        name_to_handle_at p1@0
        newfstatat 3 p1@0
        open 1 2 p0
        open_tree 2 p1@0
        open_tree_attr 2 p1@0
        openat 2 p1@0
        openat2 p1@0
        personality 0
        pivot_root p0 p1
        prctl 0
        prlimit64 1
        ptrace 0
        quotactl 0 p1
        readlink p0
        readlinkat p1@0
        removexattr p0 s1
        removexattrat p1@0
        rename p0 p1
        renameat p1@0 p3@2
        renameat2 4 p1@0 p3@2
        request_key s0 s1
        rmdir p0
        sched_setscheduler 1
        seccomp 0
        sendto a4
        setdomainname s0
        sethostname s0
        setns 1
        setpriority 0
        setrlimit 0
        setsockopt 1 2
        setxattr 4 p0 s1
        setxattrat p1@0
        socket 0 1 2
        socketpair 0 1 2
        stat p0
        statfs p0
        statx 2 p1@0
        swapoff p0
        swapon p0
        symlink s0 p1
        symlinkat s0 p2@1
        syslog 0
        truncate p0
        umount2 1 p0
        unlink p0
        unlinkat 2 p1@0
        unshare 0
        uselib p0
        utime p0
        utimensat 3 p1@0
        utimes p0
        """
}
