/* Attacks: fork bombs, memory bombs, files without end; and a core dump, which writes what a tool held to a place that
 * the tool chose, or feeds it to a program that the host runs as root (core_pattern with a pipe): there a limit of 0
 * means nothing, and 1 is the kernel's own sign for "none" (coredump.c). For files 1 is too little just as 0 is.
 * A limit above what init itself may have is cut to that, never raised. */
#include "init.h"

#include <sys/resource.h>

enum { NO_CORE = 1 };

static int set_limit(uint32_t resource, uint64_t value) {
    struct rlimit64 limit;
    if (syscall(SYS_prlimit64, 0, resource, NULL, &limit) < 0) return -1;
    if (value > limit.rlim_max) value = limit.rlim_max;
    limit = (struct rlimit64){.rlim_cur = value, .rlim_max = value};
    return (int)syscall(SYS_prlimit64, 0, resource, &limit, NULL);
}

int step_limits(const struct plan_header *plan, const struct call_terms *terms, const struct view_plan *view,
                struct report *report) {
    const struct plan_limit *limits = plan_elements(plan, terms->limits);
    if (set_limit(RLIMIT_CORE, NO_CORE) < 0) return failed(report, STEP_LIMITS, -1);
    for (uint32_t i = 0; i < terms->limits.count; i++) {
        uint64_t value = limits[i].value;
        if (limits[i].resource == RLIMIT_CORE) value = NO_CORE;
        /* Processes are counted by id: where the call has inner's, inner is one of them and not the call's to pay. */
        if (limits[i].resource == RLIMIT_NPROC && terms->uid == view->init_uid && value < UINT64_MAX) value += 1;
        if (set_limit(limits[i].resource, value) < 0) return failed(report, STEP_LIMITS, (int32_t)i);
    }
    return 0;
}
