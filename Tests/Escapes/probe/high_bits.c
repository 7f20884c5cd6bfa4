/* Arguments of which the kernel reads 32 bits, with something in the other half: a filter that compares the whole
 * register takes them for something else than the kernel does (CVE-2019-10063 was such a one, for ioctl). */
#include "probe.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const long high = 1l << 32;

static int clone_user(void) {
    long pid = syscall(SYS_clone, high | CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(0);
    if (pid < 0) return errno;
    waitpid((pid_t)pid, NULL, 0);
    return 0;
}
static int netlink(void) {
    return outcome(syscall(SYS_socket, high | AF_NETLINK, SOCK_RAW, high | NETLINK_SOCK_DIAG));
}
static int raw(void) { return outcome(syscall(SYS_socket, high | AF_PACKET, high | SOCK_RAW, 0l)); }
/* A pair of datagram sockets can be sent from to whoever has a name. */
static int datagram_pair(void) {
    int pair[2];
    return outcome(syscall(SYS_socketpair, high | AF_UNIX, high | SOCK_DGRAM, 0l, pair));
}
static int memory_layout(void) {
    unsigned size;
    return outcome(syscall(SYS_prctl, high | PR_SET_MM, (long)PR_SET_MM_MAP_SIZE, &size, 0l, 0l));
}
static int own_filter(void) { return outcome(syscall(SYS_prctl, high | PR_SET_SECCOMP, 2l, NULL, 0l, 0l)); }
static int renice_user(void) {
    return syscall(SYS_setpriority, high | PRIO_USER, 4242424l, 0l) < 0 && errno != ESRCH ? errno : 0;
}
static int limit_other(void) {
    struct rlimit limit;
    return outcome(syscall(SYS_prlimit64, high | getppid(), (long)RLIMIT_NOFILE, NULL, &limit));
}
static int same_addresses(void) { return outcome(syscall(SYS_personality, high | ADDR_NO_RANDOMIZE)); }
static int execute_memory(void) {
    char *const none[] = {NULL};
    int memory = (int)syscall(SYS_memfd_create, "probe", 1u);
    if (memory < 0 || fchmod(memory, 0700) < 0) return errno;
    /* ENOEXEC: only the empty content stood in the way. */
    return outcome(syscall(SYS_execveat, memory, "", none, none, high | AT_EMPTY_PATH, 0l));
}
static int lease(void) {
    int fd = open(workspace_file(), O_RDONLY | O_CLOEXEC);
    return fd < 0 ? errno : outcome(syscall(SYS_fcntl, fd, high | F_SETLEASE, (long)F_RDLCK));
}

const struct attempt high_bit_attempts[] = {
    {"clone-user-high-bits", clone_user, 0},
    {"netlink-high-bits", netlink, 0},
    {"packet-socket-high-bits", raw, NEEDS_ROOT},
    {"datagram-pair-high-bits", datagram_pair, 0},
    {"prctl-set-mm-high-bits", memory_layout, 0},
    {"prctl-set-seccomp-high-bits", own_filter, 0},
    {"renice-user-high-bits", renice_user, 0},
    {"prlimit-other-high-bits", limit_other, 0},
    {"personality-high-bits", same_addresses, 0},
    {"execveat-of-memory-high-bits", execute_memory, 0},
    {"lease-high-bits", lease, 0},
    {NULL, NULL, 0},
};
