/* A process that works beside inner, whose memory and descriptors it shares, at what takes the kernel long: it makes the
 * network, it has the kernel make up the sysctls of a user namespace that is new, and it takes the old root away. It runs
 * no code but this, which makes system calls and nothing else, so that not even errno is touched by both. */
#include "init.h"

#include "system_call.h"

#include <sched.h>
#include <sys/wait.h>

static char stack[4096] __attribute__((aligned(16)));
static int helper = -1;
static _Atomic uint32_t lives;
static long answers[HELP_COUNT];
static _Atomic uint32_t given[HELP_COUNT], pivoted; /* words */

static void give(enum help help, long answer) {
    answers[help] = answer;
    say(&given[help]);
}

static int work(void *unused) {
    (void)unused;
    give(HELP_NETWORK, new_network());
    give(HELP_SYSCTLS, find_sysctls());
    await(&pivoted);
    give(HELP_OLD_ROOT, detach_old_root());
    for (;;) (void)system_call(SYS_exit, 0, 0, 0, 0, 0, 0);
}

/* A kernel that keeps a new process where it was made lets it wait for inner, which waits for nothing: then both take as
 * long as one after the other. Where there is another processor the helper, and only it, has to use that. */
static void move_away(int pid, int may_return) {
    unsigned long allowed[128] = {0}; /* of 8192 processors */
    const size_t width = 8 * sizeof allowed[0];
    unsigned here;
    const long size = syscall(SYS_sched_getaffinity, 0, sizeof allowed, allowed);
    if (size <= 0 || syscall(SYS_getcpu, &here, NULL, NULL) < 0 || here >= 8 * sizeof allowed) return;
    allowed[here / width] &= ~(1ul << here % width);
    if (syscall(SYS_sched_setaffinity, pid, size, allowed) < 0 || !may_return) return; /* EINVAL: there is no other */
    allowed[here / width] |= 1ul << here % width;
    (void)syscall(SYS_sched_setaffinity, pid, size, allowed); /* what it was before */
}

void lend_processor(int pid) { move_away(pid, 1); }

/* From now on it pushes nobody aside when it is woken. */
static void give_way(int pid) {
    const struct sched_param none = {0};
    (void)syscall(SYS_sched_setscheduler, pid, SCHED_BATCH, &none); /* refused: others wait longer, that is all */
}

int begin_helper(struct report *report) {
    helper = clone_onto(stack, sizeof stack, work, NULL, CLONE_FILES, &lives);
    if (helper < 0) return failed(report, STEP_NAMESPACES, -1);
    give_way(helper); /* outer is on that other processor, and inner is about to wait for outer */
    move_away(helper, 0);
    return 0;
}

void tell_helper_of_pivot(void) { say(&pivoted); }

long await_help(enum help help) { return await_from(&given[help], &lives) < 0 ? -ECHILD : answers[help]; }

void join_helper(void) {
    while (helper > 0 && waitpid(helper, NULL, 0) < 0 && errno == EINTR) {
    }
    helper = -1;
}
