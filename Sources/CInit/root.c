/* A root of our own. Attack: with the host's root, every world-readable file and every path socket is in reach; after
 * the pivot the host's tree is not merely hidden but gone from the mount namespace, so no `..`, no descriptor and no
 * undone mask leads back to it. Between the pivot and that, while it lies over the new one, a `..` too many does. */
#include "init.h"

#include "mounts.h"
#include "system_call.h"

#include <sched.h>
#include <sys/mount.h>

static int mounts = -1; /* their namespace */

/* Attack: a shared mount would carry what is mounted here out to the host, and the host's later mounts in here. */
int step_private_mounts(struct report *report) {
    mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (mounts < 0) return failed(report, STEP_ROOT, -1);
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? failed(report, STEP_ROOT, -1) : 0;
}

int step_root(int *root, struct report *report) {
    *root = new_tmpfs(0, 0755, CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV | CS_MOUNT_NO_EXEC);
    if (*root < 0) return failed(report, STEP_ROOT, -1);
    /* On top of the old root, the one folder that every host has; paths still lead to the old root beneath. */
    if (cs_move_mount(*root, AT_FDCWD, "/") < 0) return failed(report, STEP_ROOT, -1);
    return 0;
}

/* The kernel makes whoever takes a mount away wait for all processors: that is the helper. It began before inner had mounts
 * of its own, follows it there, and goes where it is by then: on the new root, with the old one over it. */
long detach_old_root(void) {
    long answer = system_call(SYS_setns, mounts, CLONE_NEWNS, 0, 0, 0, 0);
    if (answer == 0) answer = system_call(SYS_chdir, (long)"/", 0, 0, 0, 0, 0);
    return answer < 0 ? answer : system_call(SYS_umount2, (long)".", MNT_DETACH, 0, 0, 0, 0);
}

int step_await_old_root(struct report *report) {
    const long answer = await_help(HELP_OLD_ROOT);
    (void)close(mounts);
    return answer < 0 ? failed_with(report, STEP_PIVOT, -1, (int)-answer) : 0;
}

/* Early: the old root takes its time to go, and the new one can be filled meanwhile. */
int step_pivot(int root, struct report *report) {
    if (fchdir(root) < 0) return failed(report, STEP_PIVOT, -1);
    /* The old root lands on the new one, under its `.`; then it goes, with all that is mounted in it. */
    if (cs_pivot_root(".", ".") < 0) return failed(report, STEP_PIVOT, -1);
    tell_helper_of_pivot();
    if (chdir("/") < 0) return failed(report, STEP_PIVOT, -1);
    return 0;
}

/* Attack: a tool that fills the root of its view fills memory, and puts files where others of the run look. */
int step_finish_root(int root, struct report *report) {
    if (cs_mount_attributes(root, 0, CS_MOUNT_READ_ONLY, -1) < 0) return failed(report, STEP_ROOT, -1);
    (void)close(root);
    return 0;
}
