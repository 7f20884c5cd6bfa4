/* A process that does one thing beside inner, whose memory and descriptors it shares: it runs no code but its one function,
 * which makes system calls and nothing else, so that not even errno is touched by both. */
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

int begin_helper(int (*function)(void *), void *stack_end, enum plan_step step, struct report *report) {
    int helper = clone(function, stack_end, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
    return helper < 0 ? failed(report, step, -1) : helper;
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
