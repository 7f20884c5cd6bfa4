/* Another process, known by its pid: what else the kernel has for those who know one. Then: finding processes whose
 * pids nobody told. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

#define OTHER_OR_SKIP                                                                                                  \
    if (options.other == 0) return NOT_GIVEN

static const char *of_other(const char *name) {
    static char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", options.other, name);
    return path;
}

static int memory_of_other(void) {
    OTHER_OR_SKIP;
    return opened(of_other("mem"), O_RDWR);
}
static int descriptors_of_other(void) {
    OTHER_OR_SKIP;
    return opened(of_other("fd"), O_RDONLY | O_DIRECTORY);
}
static int descriptor_of_other(void) {
    OTHER_OR_SKIP;
    int fd = (int)syscall(SYS_pidfd_open, options.other, 0u);
    return fd < 0 ? errno : outcome(syscall(SYS_pidfd_getfd, fd, 0, 0u));
}
static int read_other(void) {
    OTHER_OR_SKIP;
    char byte;
    struct iovec local = {&byte, 1}, remote = {NULL, 1}; /* EFAULT: allowed, but nothing is there */
    return outcome(process_vm_readv(options.other, &local, 1, &remote, 1, 0));
}
static int compare_with_other(void) {
    OTHER_OR_SKIP;
    return outcome(syscall(SYS_kcmp, getpid(), options.other, 2 /* KCMP_FILES */, 0, 0));
}
static int namespace_of_other(void) {
    OTHER_OR_SKIP;
    return opened(of_other("ns/mnt"), O_RDONLY);
}
static int adjust_other(void) {
    OTHER_OR_SKIP;
    return opened(of_other("oom_score_adj"), O_WRONLY);
}
static int signal_of_io(void) {
    OTHER_OR_SKIP;
    int ends[2];
    if (pipe(ends) < 0) return errno;
    if (fcntl(ends[0], F_SETOWN, options.other) < 0) return errno;
    return outcome(fcntl(ends[0], F_SETSIG, SIGCONT));
}
static int session_of_other(void) {
    OTHER_OR_SKIP;
    return outcome(getsid(options.other));
}
static int priority_of_other(void) {
    OTHER_OR_SKIP;
    errno = 0;
    int priority = getpriority(PRIO_PROCESS, (id_t)options.other);
    return priority == -1 ? errno : 0;
}
static int locks_of_other(void) {
    OTHER_OR_SKIP;
    void *head;
    size_t size;
    return outcome(syscall(SYS_get_robust_list, options.other, &head, &size));
}
static int capabilities_of_other(void) {
    OTHER_OR_SKIP;
    uint32_t header[2] = {0x20080522, (uint32_t)options.other}, sets[6];
    return outcome(syscall(SYS_capget, header, sets));
}
static int pages_of_other(void) {
    OTHER_OR_SKIP;
    return outcome(syscall(SYS_move_pages, options.other, 0ul, NULL, NULL, NULL, 0));
}
static int release_memory_of_other(void) {
    OTHER_OR_SKIP;
    int fd = (int)syscall(SYS_pidfd_open, options.other, 0u);
    return fd < 0 ? errno : outcome(syscall(SYS_process_mrelease, fd, 0u)); /* EINVAL: it does not die */
}
static int schedule_with_other(void) {
    OTHER_OR_SKIP;
    /* PR_SCHED_CORE: reads or shares the cookie that says who may run beside whom. */
    return outcome(syscall(SYS_prctl, 62, 1 /* CREATE */, options.other, 0, 0));
}
static int events_of_other(void) {
    OTHER_OR_SKIP;
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .exclude_kernel = 1};
    attributes.config = PERF_COUNT_SW_TASK_CLOCK;
    return outcome(syscall(SYS_perf_event_open, &attributes, options.other, -1, -1, 0));
}

/* Ourselves, what started us, and pid 1, which is nobody's secret. */
static int is_ours(int pid) { return pid == 1 || pid == getpid() || pid == getppid(); }

static int find_in_proc(void) {
    DIR *folder = opendir("/proc");
    int found = WITHHELD;
    if (!folder) return errno;
    for (struct dirent *entry; (entry = readdir(folder));) {
        int pid = atoi(entry->d_name);
        if (pid > 0 && !is_ours(pid)) found = 0;
    }
    closedir(folder);
    return found;
}
static int search(int (*exists)(int pid)) {
    for (int pid = 2; pid < 1 << 14; pid++) {
        if (!is_ours(pid) && exists(pid)) return 0;
    }
    return WITHHELD;
}
static int answers_signal(int pid) { return kill(pid, 0) == 0 || errno == EPERM; }
static int answers_pidfd(int pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0u);
    if (fd >= 0) close(fd);
    return fd >= 0;
}
static int answers_priority(int pid) {
    errno = 0;
    return getpriority(PRIO_PROCESS, (id_t)pid) != -1 || errno == 0;
}
static int answers_group(int pid) { return getpgid(pid) >= 0; }
static int answers_policy(int pid) { return sched_getscheduler(pid) >= 0; }
static int find_by_signal(void) { return search(answers_signal); }
static int find_by_pidfd(void) { return search(answers_pidfd); }
static int find_by_priority(void) { return search(answers_priority); }
static int find_by_group(void) { return search(answers_group); }
static int find_by_policy(void) { return search(answers_policy); }

const struct attempt other_attempts[] = {
    {"memory-of-other", memory_of_other, 0},
    {"descriptors-of-other", descriptors_of_other, 0},
    {"pidfd-getfd-of-other", descriptor_of_other, 0},
    {"process-vm-readv-of-other", read_other, 0},
    {"kcmp-with-other", compare_with_other, 0},
    {"namespace-of-other", namespace_of_other, 0},
    {"oom-score-of-other", adjust_other, 0},
    {"io-signal-to-other", signal_of_io, 0},
    {"session-of-other", session_of_other, 0},
    {"priority-of-other", priority_of_other, 0},
    {"robust-list-of-other", locks_of_other, 0},
    {"capget-of-other", capabilities_of_other, 0},
    {"move-pages-of-other", pages_of_other, 0},
    {"process-mrelease-of-other", release_memory_of_other, 0},
    {"core-cookie-of-other", schedule_with_other, MAY_LACK},
    {"perf-events-of-other", events_of_other, 0},
    {"find-processes-in-proc", find_in_proc, 0},
    {"find-processes-by-signal", find_by_signal, 0},
    {"find-processes-by-pidfd", find_by_pidfd, 0},
    {"find-processes-by-priority", find_by_priority, 0},
    {"find-processes-by-group", find_by_group, 0},
    {"find-processes-by-policy", find_by_policy, 0},
    {NULL, NULL, 0},
};
