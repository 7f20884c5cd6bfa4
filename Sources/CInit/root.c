/* A root of our own. Attack: with the host's root, every world-readable file and every path socket is in reach; after
 * the pivot the host's tree is not merely hidden but gone from the mount namespace, so no `..`, no descriptor and no
 * undone mask leads back to it. */
#include "init.h"

#include "mounts.h"
#include "system_call.h"

#include <linux/futex.h>
#include <sys/mount.h>

/* Attack: a shared mount would carry what is mounted here out to the host, and the host's later mounts in here. */
int step_private_mounts(struct report *report) {
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? failed(report, STEP_ROOT, -1) : 0;
}

int step_root(int *root, struct report *report) {
    *root = new_tmpfs(0, 0755, CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV | CS_MOUNT_NO_EXEC);
    if (*root < 0) return failed(report, STEP_ROOT, -1);
    /* On top of the old root, the one folder that every host has; paths still lead to the old root beneath. */
    if (cs_move_mount(*root, AT_FDCWD, "/") < 0) return failed(report, STEP_ROOT, -1);
    return 0;
}

/* The kernel makes whoever takes a mount away wait for all processors. A helper does that beside inner, whose own folder
 * it has a copy of, and beside the call, which waits for it before its filter: no program is executed before. */
static char stack[4096] __attribute__((aligned(16)));
static long detached;                 /* the helper's answer: 0, or an errno negated */
static _Atomic uint32_t has_answered; /* a futex */
static int helper = -1;

static int detach_old_root(void *unused) {
    (void)unused;
    detached = system_call(SYS_umount2, (long)".", MNT_DETACH, 0, 0, 0, 0);
    has_answered = 1;
    (void)system_call(SYS_futex, (long)&has_answered, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
    return 0;
}

int step_await_old_root(struct report *report) {
    if (helper < 0) return 0;
    /* EAGAIN, EINTR: look again. A helper that was killed never answers: then the call's time ends it. */
    while (!has_answered) (void)system_call(SYS_futex, (long)&has_answered, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
    return detached < 0 ? failed_with(report, STEP_PIVOT, -1, (int)-detached) : 0;
}

int step_old_root(struct report *report) {
    if (helper < 0) return 0;
    const int joined = helper;
    helper = -1;
    return join_helper(joined, &detached, STEP_PIVOT, report);
}

int step_pivot(int root, struct report *report) {
    if (cs_mount_attributes(root, 0, CS_MOUNT_READ_ONLY, -1) < 0) return failed(report, STEP_PIVOT, -1);
    if (fchdir(root) < 0) return failed(report, STEP_PIVOT, -1);
    /* The old root lands on the new one, under its `.`; then it goes, with all that is mounted in it. */
    if (cs_pivot_root(".", ".") < 0) return failed(report, STEP_PIVOT, -1);
    helper = begin_helper(detach_old_root, stack + sizeof stack, STEP_PIVOT, report);
    if (helper < 0) return -1;
    if (chdir("/") < 0) return failed(report, STEP_PIVOT, -1);
    return 0;
}
