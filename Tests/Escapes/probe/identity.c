/* Becoming somebody else, or more than one is. */
#include "probe.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int drop_groups(void) { return outcome(setgroups(0, NULL)); }
static int become_group(void) { return outcome(setresgid(0, 0, 0)); }
/* Says what it was before, and not whether it worked. */
static int file_system_id(void) {
    setfsuid(65534);
    return setfsuid((uid_t)-1) == 65534 ? 0 : EPERM;
}
static int all_capabilities(void) {
    uint32_t header[2] = {_LINUX_CAPABILITY_VERSION_3, 0}, sets[6];
    memset(sets, 0, sizeof sets);
    sets[0] = sets[1] = sets[2] = 1u << CAP_NET_RAW;
    return outcome(syscall(SYS_capset, header, sets));
}
static int ambient_capability(void) {
    /* What is ambient has to be inheritable first. */
    uint32_t header[2] = {_LINUX_CAPABILITY_VERSION_3, 0}, sets[6];
    if (syscall(SYS_capget, header, sets) < 0) return errno;
    sets[2] |= sets[1] & 1u << CAP_NET_RAW;
    if (syscall(SYS_capset, header, sets) < 0) return errno;
    return outcome(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0));
}
static int secure_bits(void) {
    int as_they_are = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
    return as_they_are < 0 ? errno : outcome(prctl(PR_SET_SECUREBITS, as_they_are, 0, 0, 0));
}
/* Orphans would come to us, not to pid 1 of the call, which ends them. */
static int adopt_orphans(void) { return outcome(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }
static int write_own(const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/%s", name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    return outcome(write(fd, text, strlen(text)));
}
static int audit_identity(void) { return write_own("loginuid", "0\n"); }
static int escape_killer(void) { return needing(CAP_SYS_RESOURCE, write_own("oom_score_adj", "-1000\n")); }
static int speculation(void) { return outcome(prctl(53 /* PR_SET_SPECULATION_CTRL */, 99, 0, 0, 0)); }
static int memory_errors(void) { return outcome(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0)); }
static int real_time(void) {
    struct sched_param parameter = {.sched_priority = 1};
    return outcome(sched_setscheduler(0, SCHED_FIFO | 0x40000000 /* not for children */, &parameter));
}
static int deadline(void) {
    uint64_t attributes[6] = {48 | (uint64_t)6 << 32, 0, 0, 1000000, 10000000, 10000000};
    return outcome(syscall(SYS_sched_setattr, 0, attributes, 0));
}
static int favour_oneself(void) { return outcome(setpriority(PRIO_PROCESS, 0, -5)); }
static int first_on_disk(void) { return outcome(syscall(SYS_ioprio_set, 1, 0, 1 << 13)); }
static int raise_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return errno;
    limit.rlim_max++;
    return needing(CAP_SYS_RESOURCE, outcome(setrlimit(RLIMIT_NOFILE, &limit)));
}
static int hold_all_memory(void) { return outcome(syscall(SYS_mlockall, 8 /* no such flag */)); }
/* Programs that count on argv[0] read their environment instead (pkexec). A kernel with the fix puts one in. */
static int without_arguments(void) {
    pid_t child = fork();
    int status = 0;
    if (child < 0) return errno;
    if (child == 0) {
        char *const none[] = {NULL}, *const environment[] = {"PROBE_COUNTS_ARGUMENTS=1", NULL};
        execve("/proc/self/exe", none, environment);
        _exit(errno);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

const struct attempt identity_attempts[] = {
    {"setgroups", drop_groups, NEEDS_ROOT},
    {"setresgid-0", become_group, NEEDS_ROOT},
    {"setfsuid", file_system_id, NEEDS_ROOT},
    {"capset", all_capabilities, NEEDS_ROOT},
    {"ambient-capability", ambient_capability, NEEDS_ROOT},
    {"secure-bits", secure_bits, NEEDS_ROOT},
    {"adopt-orphans", adopt_orphans, 0},
    {"write-login-id", audit_identity, NEEDS_ROOT | MAY_LACK},
    {"protect-from-oom-killer", escape_killer, NEEDS_ROOT | MAY_LACK},
    {"speculation-control", speculation, 0},
    {"memory-error-policy", memory_errors, MAY_LACK},
    {"real-time-priority", real_time, NEEDS_ROOT},
    {"deadline-scheduling", deadline, NEEDS_ROOT},
    {"raise-own-priority", favour_oneself, NEEDS_ROOT},
    {"real-time-disk-priority", first_on_disk, NEEDS_ROOT},
    {"raise-own-limit", raise_limit, NEEDS_ROOT | MAY_LACK},
    {"lock-all-memory", hold_all_memory, 0},
    {"exec-without-arguments", without_arguments, 0, "CVE-2021-4034"},
    {NULL, NULL, 0},
};
