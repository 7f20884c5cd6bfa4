/* The kernel does not interrupt whoever makes a network namespace, for most of a millisecond, and wakes those who last
 * ran on the same processor there, to wait, with others idle. So whoever has something to do meanwhile goes elsewhere.
 * Only time is lost where that fails, as it does where there is one processor only. */
#include "init.h"

enum { BITS = 8 * sizeof(unsigned long) };

void leave_processor(struct processors *all) {
    struct processors others;
    unsigned here;
    all->size = syscall(SYS_sched_getaffinity, 0, sizeof all->allowed, all->allowed);
    if (all->size <= 0 || syscall(SYS_getcpu, &here, NULL, NULL) < 0) return;
    others = *all;
    if (here / BITS >= sizeof others.allowed / sizeof others.allowed[0]) return;
    others.allowed[here / BITS] &= ~(1ul << here % BITS);
    (void)syscall(SYS_sched_setaffinity, 0, others.size, others.allowed);
}

int return_to_processors(const struct processors *all, struct report *report) {
    if (all->size <= 0) return 0; /* it was never left */
    if (syscall(SYS_sched_setaffinity, 0, all->size, all->allowed) == 0) return 0;
    return failed(report, STEP_SPAWN, -1);
}
