/* The host starts init without waiting for it: while the kernel executes it the host writes its plans. posix_spawn holds
 * its caller up for that long.
 *
 * The new process shares the host's memory until it executes (CLONE_VM), and the thread pointer of the thread that made
 * it: so between clone and exec there is one function, which makes system calls and nothing else, on a stack and with
 * words that nobody else touches until the kernel says that they are free. */
#include "system.h"

#include "include/clone_into.h"
#include "include/plan.h"
#include "include/spawn_init.h"
#include "include/system_call.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { STACK = 16384, PROCESSORS = 8192 };

static inline __attribute__((always_inline)) long call(long number, long a, long b, long c, long d) {
    return system_call(number, a, b, c, d, 0, 0);
}

/* What one start needs until it is over. */
struct start {
    _Atomic uint32_t busy; /* the kernel clears it when the process executes or ends */
    struct start *next;
    _Atomic uint32_t is_placed; /* a futex: the host has done all that it does with the new process */
    int control;
    long mask_size; /* 0: it was left where it is */
    unsigned char mask[PROCESSORS / 8];
    char name[16];
    char *arguments[2], *environment[1];
    char path[4096];
    _Alignas(16) unsigned char stack[STACK];
};

/* All that were ever made: as many as started at once. */
static struct start *_Atomic starts;

static struct start *take(void) {
    for (struct start *start = atomic_load(&starts); start; start = start->next) {
        uint32_t free = 0;
        if (atomic_compare_exchange_strong(&start->busy, &free, 1)) return start;
    }
    struct start *made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) return NULL;
    atomic_store(&made->busy, 1);
    made->next = atomic_load(&starts);
    while (!atomic_compare_exchange_weak(&starts, &made->next, made)) {
    }
    return made;
}

/* Every signal's disposition is the default, as for a program that a shell starts. */
static inline __attribute__((always_inline)) void reset_signals(void) {
    struct {
        void (*handler)(int);
        unsigned long flags, restorer, mask;
    } const standard = {SIG_DFL, 0, 0, 0};
    for (long number = 1; number < _NSIG; number++) {
        (void)call(SYS_rt_sigaction, number, (long)&standard, 0, _NSIG / 8); /* EINVAL: SIGKILL and SIGSTOP */
    }
}

static inline __attribute__((always_inline)) int set_descriptors(int control) {
    long result = control == PLAN_CONTROL_FD ? call(SYS_fcntl, control, F_SETFD, 0, 0)
                                             : call(SYS_dup3, control, PLAN_CONTROL_FD, 0, 0);
    if (result < 0) return -1;
    const long null = call(SYS_openat, AT_FDCWD, (long)"/dev/null", O_RDWR, 0);
    if (null < 0) return -1;
    for (long standard = 0; standard < 3; standard++) {
        if (standard != null && call(SYS_dup3, null, standard, 0, 0) < 0) return -1;
    }
    /* Attack: a descriptor of the host that somebody forgot to mark close-on-exec reads whatever it was opened on. */
    return call(SYS_close_range, PLAN_CONTROL_FD + 1, ~0u, 0, 0) < 0 ? -1 : 0;
}

/* A kernel that keeps a new process on the processor where it was made lets it wait there for the host, which is busy with
 * the plans. Where there is another one the process begins on that, and then may use all again. */
static void place(struct start *start, int pid) {
    unsigned char others[sizeof start->mask];
    unsigned here;
    start->mask_size = syscall(SYS_sched_getaffinity, 0, sizeof start->mask, start->mask);
    if (start->mask_size <= 0 || syscall(SYS_getcpu, &here, NULL, NULL) < 0 || here >= PROCESSORS) {
        start->mask_size = 0;
    } else {
        memcpy(others, start->mask, (size_t)start->mask_size);
        others[here / 8] &= (unsigned char)~(1u << here % 8);
        if (syscall(SYS_sched_setaffinity, pid, start->mask_size, others) < 0) start->mask_size = 0;
    }
    atomic_store(&start->is_placed, 1);
    (void)syscall(SYS_futex, &start->is_placed, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* -1: the host is gone, and nobody else would end a process that keeps its memory. */
static inline __attribute__((always_inline)) int restore_mask(struct start *start) {
    const struct timespec patience = {.tv_sec = 5};
    while (!atomic_load(&start->is_placed)) {
        const long wait =
            call(SYS_futex, (long)&start->is_placed, FUTEX_WAIT_PRIVATE, 0, (long)(uintptr_t)&patience);
        if (wait == -ETIMEDOUT) return -1;
    }
    if (start->mask_size > 0) (void)call(SYS_sched_setaffinity, 0, start->mask_size, (long)start->mask, 0);
    return 0;
}

__attribute__((no_sanitize("address", "thread"), no_stack_protector)) static int begin(void *argument) {
    struct start *start = argument;
    const unsigned long none = 0;
    reset_signals();
    if (restore_mask(start) == 0 && call(SYS_setsid, 0, 0, 0, 0) >= 0 && set_descriptors(start->control) == 0 &&
        call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, _NSIG / 8) == 0) {
        (void)call(SYS_execve, (long)start->path, (long)start->arguments, (long)start->environment, 0);
    }
    (void)call(SYS_exit_group, CS_SPAWN_FAILED, 0, 0, 0);
    __builtin_unreachable();
}

/* Its pid, or -1 with errno. */
static int make_process(struct start *start, int group, int *pidfd) {
    const int flags = CLONE_VM | CLONE_PIDFD | CLONE_CHILD_CLEARTID;
    if (group < 0) {
        return clone(begin, start->stack + sizeof start->stack, flags | SIGCHLD, start, pidfd, NULL, &start->busy);
    }
    struct clone_args arguments = {
        .flags = (uint64_t)flags | CLONE_INTO_CGROUP,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .child_tid = (uint64_t)(uintptr_t)&start->busy,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)(uintptr_t)start->stack,
        .stack_size = sizeof start->stack,
        .cgroup = (uint64_t)group,
    };
    const long pid = cs_clone_on_stack(&arguments, sizeof arguments, begin, start);
    if (pid < 0) errno = (int)-pid;
    return pid < 0 ? -1 : (int)pid;
}

int cs_spawn_init(const char *path, int control, int group, int32_t *pid, int *pidfd) {
    const size_t length = strlen(path);
    sigset_t all, before;
    if (length >= sizeof((struct start *)NULL)->path) return ENAMETOOLONG;
    if (access(path, X_OK) < 0) return errno; /* what exec would say, while somebody can hear it */
    struct start *start = take();
    if (!start) return ENOMEM;
    start->control = control;
    atomic_store(&start->is_placed, 0);
    memcpy(start->path, path, length + 1);
    memcpy(start->name, "agentbox-init", sizeof "agentbox-init");
    start->arguments[0] = start->name;
    start->arguments[1] = start->environment[0] = NULL;
    /* A handler of the host's must not run in the other process. */
    (void)sigfillset(&all); /* cannot fail */
    int failure = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!failure) {
        *pid = make_process(start, group, pidfd);
        failure = *pid < 0 ? errno : 0;
        if (!failure) place(start, *pid);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL); /* cannot fail: it was so before */
    }
    if (failure) atomic_store(&start->busy, 0);
    return failure;
}
