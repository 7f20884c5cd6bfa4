/* A process that does one thing beside inner, whose memory and descriptors it shares: it runs no code but its one function,
 * which makes system calls and nothing else, so that not even errno is touched by both. */
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

/* A kernel that keeps a new process where it was made lets it wait for inner, which waits for nothing: then both take as
 * long as one after the other. Where there is another processor the helper, and only it, has to use that. */
static void move_away(int helper, int may_return) {
    unsigned long allowed[128] = {0}; /* of 8192 processors */
    const size_t width = 8 * sizeof allowed[0];
    unsigned here;
    const long size = syscall(SYS_sched_getaffinity, 0, sizeof allowed, allowed);
    if (size <= 0 || syscall(SYS_getcpu, &here, NULL, NULL) < 0 || here >= 8 * sizeof allowed) return;
    allowed[here / width] &= ~(1ul << here % width);
    if (syscall(SYS_sched_setaffinity, helper, size, allowed) < 0 || !may_return) return; /* EINVAL: there is no other */
    allowed[here / width] |= 1ul << here % width;
    (void)syscall(SYS_sched_setaffinity, helper, size, allowed); /* what it was before */
}

void lend_processor(int pid) { move_away(pid, 1); }

int begin_helper(int (*function)(void *), void *stack_end, enum plan_step step, struct report *report) {
    int helper = clone_onto(stack_end, function, NULL, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
    if (helper < 0) return failed(report, step, -1);
    move_away(helper, 0);
    return helper;
}

int join_helper(int helper, const long *answer, enum plan_step step, struct report *report) {
    int status;
    pid_t reaped;
    do {
        reaped = waitpid(helper, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    if (reaped != helper || status != 0) return failed_with(report, step, -1, ECHILD);
    return *answer < 0 ? failed_with(report, step, -1, (int)-*answer) : 0;
}
