#include "system.h"

#include "include/pidfd.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { IDTYPE_PIDFD = 3 /* P_PIDFD */ };

int cs_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0u); }

int cs_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0u);
}

static uint64_t microseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_usec;
}

/* waitid takes the status apart; this puts it together as waitpid would have. */
static int32_t wait_status(const siginfo_t *info) {
    if (info->si_code == CLD_EXITED) return (info->si_status & 0xff) << 8;
    return (info->si_status & 0x7f) | (info->si_code == CLD_DUMPED ? 0x80 : 0);
}

int cs_pidfd_wait(int pidfd, int block, struct cs_exit *result) {
    siginfo_t info;
    struct rusage usage;
    memset(&info, 0, sizeof info);
    memset(&usage, 0, sizeof usage);
    long answer;
    do {
        /* libc's waitid has no usage argument. */
        answer = syscall(SYS_waitid, IDTYPE_PIDFD, pidfd, &info, WEXITED | (block ? 0 : WNOHANG), &usage);
    } while (answer < 0 && errno == EINTR);
    if (answer < 0) return -1;
    if (info.si_pid == 0) return CS_WAIT_RUNNING;
    *result = (struct cs_exit){
        .pid = info.si_pid,
        .status = wait_status(&info),
        .user_microseconds = microseconds(usage.ru_utime),
        .system_microseconds = microseconds(usage.ru_stime),
        .peak_bytes = (uint64_t)usage.ru_maxrss * 1024u,
    };
    return CS_WAIT_REAPED;
}

/* <linux/pidfd.h> of 6.15; Debian 12's is older. */
struct pidfd_info_v1 {
    uint64_t mask, cgroup_id;
    uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
    int32_t exit_code;
};
#define PIDFD_INFO_EXIT_BIT (UINT64_C(1) << 3)
#define PIDFD_GET_INFO_V1 _IOWR(0xFF, 11, struct pidfd_info_v1)

int cs_pidfd_exit_status(int pidfd, int32_t *status) {
    struct pidfd_info_v1 info = {.mask = PIDFD_INFO_EXIT_BIT};
    if (ioctl(pidfd, PIDFD_GET_INFO_V1, &info) < 0) {
        /* Dead, and reaped before the kernel learnt to keep the status. */
        return -1;
    }
    if ((info.mask & PIDFD_INFO_EXIT_BIT) == 0) return CS_WAIT_RUNNING;
    *status = info.exit_code;
    return CS_WAIT_REAPED;
}
