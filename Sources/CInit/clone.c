#include "init.h"

#include "clone_into.h"

#include <linux/sched.h>
#include <signal.h>

int clone_onto(void *stack, size_t size, int (*function)(void *), void *argument, uint64_t flags,
               _Atomic uint32_t *lives) {
    struct clone_args arguments = {
        .flags = flags | CLONE_VM,
        .child_tid = (uint64_t)(uintptr_t)lives,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)(uintptr_t)stack,
        .stack_size = size,
    };
    if (lives) {
        *lives = 1;
        arguments.flags |= CLONE_CHILD_CLEARTID;
    }
    const long pid = cs_clone_on_stack(&arguments, sizeof arguments, function, argument);
    if (pid >= 0) return (int)pid;
    errno = (int)-pid;
    return -1;
}
