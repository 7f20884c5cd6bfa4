/* More of the kernel's surface: calls that are newer than most allow-lists, or that lists of others forgot. Arguments
 * are as in kernel.c. */
#include "probe.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>

enum { /* numbers that this machine's headers may not have; the same on every architecture */
    NR_QUOTACTL_FD = 443,
    NR_MEMFD_SECRET = 447,
    NR_HOME_NODE = 450,
    NR_CACHESTAT = 451,
    NR_STATMOUNT = 457,
    NR_LISTMOUNT = 458,
    NR_LSM_GET = 459,
    NR_LSM_SET = 460,
    NR_OPEN_TREE_ATTR = 467,
};

static int load_program(void) {
    /* BPF_PROG_LOAD of a socket filter: what an unprivileged process may load, if it may load anything. */
    static const uint64_t code[] = {0x00000000000000b7ull, 0x0000000000000095ull}; /* r0 = 0; exit */
    uint64_t attributes[16] = {0};
    attributes[0] = 1 | (uint64_t)2 << 32;
    attributes[1] = (uint64_t)(uintptr_t)code;
    attributes[2] = (uint64_t)(uintptr_t) "GPL";
    return outcome(syscall(SYS_bpf, 5, attributes, sizeof attributes));
}
static int own_listener(void) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};
    if (syscall(SYS_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 1, 0, 0, 0) < 0) return errno;
    return outcome(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}
static int dispatch(void) { return outcome(syscall(SYS_prctl, 59 /* PR_SET_SYSCALL_USER_DISPATCH */, 9, 0, 0, 0)); }
/* Without randomisation of addresses, a program that was started is easier to break. */
static int same_addresses(void) { return outcome(personality(ADDR_NO_RANDOMIZE)); }
static int session_keyring(void) { return outcome(syscall(SYS_keyctl, 1 /* JOIN_SESSION */, "probe", 0, 0, 0)); }
static int user_keyring(void) { return outcome(syscall(SYS_keyctl, 0 /* GET_KEYRING_ID */, -4, 1, 0, 0)); }
static int watch_queue(void) {
    int ends[2];
    if (pipe2(ends, O_EXCL /* O_NOTIFICATION_PIPE */) < 0) return errno == ENOPKG ? ENOSYS : errno;
    return outcome(ioctl(ends[0], _IO('W', 0x61), NULL));
}
/* What is in the cache says what others read lately. */
static int page_cache(void) {
    uint64_t range[2] = {0, 0}, statistics[5];
    int fd = open("/usr/bin/true", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    /* With the fix, EPERM for files that are not the caller's. */
    return outcome(syscall(NR_CACHESTAT, fd, range, statistics, 0));
}
static int mount_information(void) {
    uint64_t request[4] = {32, UINT64_MAX /* LSMT_ROOT */, 0, 0}, ids[8];
    return outcome(syscall(NR_LISTMOUNT, request, ids, 8ul, 0u));
}
static int mount_status(void) { return outcome(syscall(NR_STATMOUNT, NULL, NULL, 0ul, 0u)); }
static int tree_with_attributes(void) { return outcome(syscall(NR_OPEN_TREE_ATTR, AT_FDCWD, "/", 0u, NULL, 0ul)); }
static int module_attributes(void) { return outcome(syscall(NR_LSM_GET, 100u, NULL, NULL, 0u)); }
static int set_module_attributes(void) { return outcome(syscall(NR_LSM_SET, 100u, NULL, 0u, 0u)); }
static int home_node(void) { return outcome(syscall(NR_HOME_NODE, 0ul, 0ul, 0ul, 0ul)); }
static int quota_by_descriptor(void) { return outcome(syscall(NR_QUOTACTL_FD, -1, 0x800001u << 8, 0u, NULL)); }
static int memory_node(void) { return outcome(syscall(SYS_get_mempolicy, NULL, NULL, 0ul, NULL, 0ul)); }
static int handle_of_process(void) {
    /* A pidfd has a file handle from 6.14 on, which opens the process again from anywhere. */
    unsigned handle[34] = {128, 0};
    int mount, fd = (int)syscall(SYS_pidfd_open, getpid(), 0u);
    return fd < 0 ? errno : outcome(syscall(SYS_name_to_handle_at, fd, "", handle, &mount, AT_EMPTY_PATH));
}
static int list_file_systems(void) { return outcome(syscall(SYS_sysfs, 3 /* how many */)); }
static int device_status(void) {
    char answer[64];
    struct stat status;
    if (stat("/", &status) < 0) return errno;
    return outcome(syscall(SYS_ustat, status.st_dev, answer));
}
static int mark_for_notify(void) { return outcome(syscall(SYS_fanotify_mark, -1, 0, 0ull, -1, NULL)); }
static int message_receive(void) { return outcome(syscall(SYS_msgrcv, -1, NULL, 0ul, 0l, 0)); }
static int attach_memory(void) { return outcome(syscall(SYS_shmat, -1, NULL, 0)); }
static int secret_memory(void) { return outcome(syscall(NR_MEMFD_SECRET, 0u)); }
static int read_implies_execute(void) { return outcome(personality(READ_IMPLIES_EXEC)); }

const struct attempt newer_attempts[] = {
    {"bpf-program-load", load_program, NEEDS_ROOT},
    {"seccomp-listener", own_listener, 0},
    {"system-call-dispatch", dispatch, 0},
    {"personality-without-randomisation", same_addresses, 0},
    {"personality-read-implies-execute", read_implies_execute, 0},
    {"join-session-keyring", session_keyring, 0, "CVE-2016-0728"},
    {"keyring-of-user", user_keyring, 0},
    {"watch-queue", watch_queue, 0, "CVE-2022-0995"},
    {"page-cache-of-others", page_cache, NEEDS_ROOT, "CVE-2025-21691"},
    {"list-mounts", mount_information, 0},
    {"statmount", mount_status, 0},
    {"open-tree-attr", tree_with_attributes, 0},
    {"lsm-get-self-attr", module_attributes, 0},
    {"lsm-set-self-attr", set_module_attributes, 0},
    {"set-mempolicy-home-node", home_node, 0},
    {"get-mempolicy", memory_node, 0},
    {"quotactl-fd", quota_by_descriptor, 0},
    {"handle-of-process", handle_of_process, 0},
    {"sysfs", list_file_systems, 0},
    {"ustat", device_status, 0},
    {"fanotify-mark", mark_for_notify, 0},
    {"sysv-message-receive", message_receive, 0},
    {"sysv-memory-attach", attach_memory, 0},
    {"memfd-secret", secret_memory, 0},
    {NULL, NULL, 0},
};
