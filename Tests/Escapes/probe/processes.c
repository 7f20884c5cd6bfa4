/* Other processes: another call's, the parent, the host's. */
#include "probe.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

#define OTHER_OR_SKIP                                                                                                  \
    if (options.other == 0) return NOT_GIVEN

static int pidfd_of(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0u); }

static int signal_other(void) {
    OTHER_OR_SKIP;
    return outcome(kill(options.other, SIGCONT));
}
static int signal_other_thread(void) {
    OTHER_OR_SKIP;
    return outcome(syscall(SYS_tgkill, options.other, options.other, SIGCONT));
}
static int queue_to_other(void) {
    OTHER_OR_SKIP;
    siginfo_t info = {.si_code = SI_QUEUE};
    info.si_pid = getpid();
    return outcome(syscall(SYS_rt_sigqueueinfo, options.other, SIGCONT, &info));
}
static int signal_other_by_pidfd(void) {
    OTHER_OR_SKIP;
    int fd = pidfd_of(options.other);
    return fd < 0 ? errno : outcome(syscall(SYS_pidfd_send_signal, fd, SIGCONT, NULL, 0u));
}
static int signal_starter(void) { return outcome(kill(starter(), SIGCONT)); }
static int limit_other(void) {
    OTHER_OR_SKIP;
    struct rlimit limit;
    return outcome(syscall(SYS_prlimit64, options.other, RLIMIT_NOFILE, NULL, &limit));
}
static int limit_by_pid(void) {
    struct rlimit limit;
    return outcome(syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, NULL, &limit));
}
static int renice_other(void) {
    OTHER_OR_SKIP;
    return outcome(setpriority(PRIO_PROCESS, (id_t)options.other, 19));
}
/* Every process of a user. ESRCH: it was asked for, and this one has none. */
static int renice_user(void) { return setpriority(PRIO_USER, 4242424, 0) < 0 && errno != ESRCH ? errno : 0; }
static int pin_other(void) {
    OTHER_OR_SKIP;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    return outcome(sched_setaffinity(options.other, sizeof set, &set));
}
static int schedule_other(void) {
    OTHER_OR_SKIP;
    struct sched_param parameter = {0};
    return outcome(syscall(SYS_sched_setscheduler, options.other, SCHED_BATCH, &parameter));
}
static int io_priority_other(void) {
    OTHER_OR_SKIP;
    return outcome(syscall(SYS_ioprio_set, 1, options.other, 3 << 13));
}
static int read_proc(int pid, const char *name) {
    char path[64], byte;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    ssize_t count = read(fd, &byte, 1);
    return count < 0 ? errno : count == 0 ? WITHHELD : 0;
}
static int environment_of_other(void) {
    OTHER_OR_SKIP;
    return read_proc(options.other, "environ");
}
static int arguments_of_other(void) {
    OTHER_OR_SKIP;
    return read_proc(options.other, "cmdline");
}
static int memory_map_of_other(void) {
    OTHER_OR_SKIP;
    return read_proc(options.other, "maps");
}
static int root_of_other(void) {
    OTHER_OR_SKIP;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/root/etc/hostname", options.other);
    return access(path, R_OK) < 0 ? errno : 0;
}
static int environment_of_starter(void) { return read_proc(starter(), "environ"); }
static int memory_of_starter(void) { return opened(of_starter("mem"), O_RDWR); }
static int trace_starter(void) { return outcome(ptrace(PTRACE_SEIZE, starter(), NULL, NULL)); }

const struct attempt process_attempts[] = {
    {"signal-other", signal_other, 0},
    {"tgkill-other", signal_other_thread, 0},
    {"sigqueue-other", queue_to_other, 0},
    {"pidfd-signal-other", signal_other_by_pidfd, 0},
    {"signal-starter", signal_starter, NEEDS_ROOT},
    {"prlimit-other", limit_other, 0},
    {"prlimit-by-pid", limit_by_pid, 0},
    {"renice-user", renice_user, 0},
    {"renice-other", renice_other, 0},
    {"sched-setaffinity-other", pin_other, 0},
    {"sched-setscheduler-other", schedule_other, 0},
    {"ioprio-set-other", io_priority_other, 0},
    {"environment-of-other", environment_of_other, 0},
    {"arguments-of-other", arguments_of_other, 0},
    {"memory-map-of-other", memory_map_of_other, 0},
    {"root-of-other", root_of_other, 0},
    {"environment-of-starter", environment_of_starter, NEEDS_ROOT},
    {"memory-of-starter", memory_of_starter, NEEDS_ROOT},
    {"ptrace-starter", trace_starter, NEEDS_ROOT, "CVE-2016-8659"},
    {NULL, NULL, 0},
};

/* Reading and steering processes, one's own included: what a debugger needs and a tool does not. */
static int trace_me(void) { return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL)); }
static int attach_to_other(void) {
    OTHER_OR_SKIP;
    return outcome(ptrace(PTRACE_SEIZE, options.other, NULL, NULL)); /* let go when the attempt ends */
}
static int read_memory(void) {
    char from[8] = "content", to[8];
    struct iovec local = {to, sizeof to}, remote = {from, sizeof from};
    return outcome(process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
}
static int write_memory(void) {
    char from[8] = "content", to[8];
    struct iovec local = {from, sizeof from}, remote = {to, sizeof to};
    return outcome(process_vm_writev(getpid(), &local, 1, &remote, 1, 0));
}
static int compare(void) { return outcome(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0)); }
static int steal_descriptor(void) {
    int fd = pidfd_of(getpid());
    return fd < 0 ? errno : outcome(syscall(SYS_pidfd_getfd, fd, 0, 0u));
}
static int advise(void) {
    struct iovec part = {NULL, 0};
    int fd = pidfd_of(getpid());
    return fd < 0 ? errno : outcome(syscall(SYS_process_madvise, fd, &part, 1ul, 20 /* MADV_COLD */, 0u));
}
static int memory_layout(void) {
    unsigned size;
    return outcome(prctl(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0));
}
static int choose_tracer(void) {
    /* EINVAL: this kernel has no Yama, or the request came through to it. */
    return prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0) < 0 ? (errno == EINVAL ? ENOSYS : errno) : 0;
}
static int own_filter(void) {
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return outcome(prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL, 0, 0));
}

const struct attempt tracing_attempts[] = {
    {"ptrace-traceme", trace_me, 0},
    {"ptrace-other", attach_to_other, 0},
    {"process-vm-readv", read_memory, 0},
    {"process-vm-writev", write_memory, 0},
    {"kcmp", compare, 0},
    {"pidfd-getfd", steal_descriptor, 0},
    {"process-madvise", advise, 0},
    {"prctl-set-mm", memory_layout, 0},
    {"prctl-set-ptracer", choose_tracer, 0},
    {"prctl-set-seccomp", own_filter, 0},
    {NULL, NULL, 0},
};
