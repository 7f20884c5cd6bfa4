/* Attack: a descriptor that leaks into the call reads or writes whatever it was opened on, and no path rule sees it. */
#include "init.h"

#include <linux/close_range.h>

int step_stdio(const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    const int32_t indices[] = {call->input_fd, call->output_fd, call->error_fd};
    for (int standard = 0; standard < 3; standard++) {
        int descriptor = plan_descriptor(plan->descriptors, indices[standard]);
        if (descriptor < 0) continue; /* stays /dev/null */
        if (syscall(SYS_dup3, descriptor, standard, 0) < 0) return failed(report, STEP_DESCRIPTORS, standard);
    }
    return 0;
}

/* At exec, not now: the executable's own descriptor is needed until then. */
int step_close(struct report *report) {
    if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) < 0) return failed(report, STEP_DESCRIPTORS, -1);
    return 0;
}
