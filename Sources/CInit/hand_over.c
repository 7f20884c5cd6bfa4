/* Inner is started before there is a plan, so that the kernel makes its network namespace while the host still writes
 * one. What outer then receives and prepares reaches inner without a copy: until it is handed over the two share their
 * descriptors, and the pages that say which is which. Attack: whatever of either stays shared would let what runs
 * beneath inner disturb outer; so outer first takes a table of its own, then says go and looks at the pages no more, and
 * inner keeps a private copy of them and checks the plans itself. */
#include "init.h"

#include <sched.h>
#include <sys/mman.h>

struct setup *new_setup(void) {
    struct setup *setup =
        mmap(NULL, sizeof *setup, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return setup == MAP_FAILED ? NULL : setup;
}

static void leave_plan(const struct received *received, unsigned char *bytes) {
    if (received->plan && !received->is_mapped) memcpy(bytes, received->plan, received->size);
}

int hand_over(struct setup *setup, struct report *report) {
    leave_plan(&setup->view, setup->view_bytes);
    leave_plan(&setup->call, setup->call_bytes);
    if (syscall(SYS_unshare, CLONE_FILES) < 0) return failed(report, STEP_DESCRIPTORS, -1);
    if (write(FD_OUTER, "", 1) != 1) return failed(report, STEP_IDENTITY_MAP, -1);
    return 0;
}

/* If outer fails it says so itself, and takes inner with it. */
static int wait_for_go(struct report *report) {
    char byte;
    ssize_t count;
    do {
        count = read(FD_INNER, &byte, 1);
    } while (count < 0 && errno == EINTR);
    return count == 1 ? 0 : failed(report, STEP_IDENTITY_MAP, -1);
}

static int take_plan(
    struct received *received, const unsigned char *bytes, uint32_t kind, struct report *report) {
    if (!received->plan) return 0; /* outer's pointer: null here is null there */
    int failure = received->is_mapped ? map_plan(received, kind) : keep_plan(received, bytes, received->size, kind);
    return failure ? failed_with(report, STEP_PLAN, -1, failure) : 0;
}

int take_over(struct setup *shared, struct setup *own, struct report *report) {
    if (wait_for_go(report) < 0) return -1;
    memcpy(own, shared, offsetof(struct setup, view_bytes));
    (void)close(FD_OUTER);
    (void)close(own->inner_pidfd);
    if (take_plan(&own->view, shared->view_bytes, MESSAGE_VIEW, report) < 0) return -1;
    if (take_plan(&own->call, shared->call_bytes, MESSAGE_CALL, report) < 0) return -1;
    /* All slots of a template would share them. Before a single call it would cost more than the rest of this: the helper
     * that shares this memory runs on another processor. */
    if ((view_of(own)->flags & VIEW_ONE_CALL) == 0) (void)munmap(shared, sizeof *shared); /* our mapping */
    return 0;
}
