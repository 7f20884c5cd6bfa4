/* Inner is started before there is a plan, so that the kernel makes its network namespace while the host still writes
 * one. What outer then receives and prepares reaches inner without a copy: until it is handed over the two share their
 * descriptors, and the page that says which is which. Attack: whatever of either stays shared would let what runs
 * beneath inner disturb outer; so outer first takes a table of its own, then says go, and inner keeps a private copy of
 * the page and maps the plans itself. */
#include "init.h"

#include <sched.h>
#include <sys/mman.h>

struct setup *new_setup(void) {
    struct setup *setup =
        mmap(NULL, sizeof *setup, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return setup == MAP_FAILED ? NULL : setup;
}

int hand_over(struct report *report) {
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

static int map_again(struct received *received, uint32_t kind, struct report *report) {
    if (!received->plan) return 0; /* outer's pointer: null here is null there */
    int failure = map_plan(received, kind);
    return failure ? failed_with(report, STEP_PLAN, -1, failure) : 0;
}

int take_over(struct setup *shared, struct setup *own, struct report *report) {
    if (wait_for_go(report) < 0) return -1;
    memcpy(own, shared, sizeof *own);
    (void)munmap(shared, sizeof *shared); /* our mapping */
    (void)close(FD_OUTER);
    (void)close(own->inner_pidfd);
    if (map_again(&own->view, MESSAGE_VIEW, report) < 0) return -1;
    return map_again(&own->call, MESSAGE_CALL, report);
}
