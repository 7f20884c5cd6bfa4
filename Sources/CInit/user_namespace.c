/* The user namespace whose maps an idmapped mount borrows. Nobody ever lives in it: a child exists just long enough for
 * its maps to be written and its namespace to be opened. */
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static char stack[4096] __attribute__((aligned(16)));

/* Shares outer's memory, so it does nothing but wait. Its death follows outer's: the pipe ends. */
static int wait_for_end(void *argument) {
    const int *ends = argument;
    char byte;
    (void)syscall(SYS_close, ends[1]);
    (void)syscall(SYS_read, ends[0], &byte, 1);
    syscall(SYS_exit, 0);
    return 0;
}

static int open_namespace(const struct view_plan *view, int pid) {
    int process = open_process(pid);
    if (process < 0) return -1;
    int namespace = -1;
    if (write_id_map(process, "gid_map", &view->header, view->idmap_gid, 0) == 0 &&
        write_id_map(process, "uid_map", &view->header, view->idmap_uid, 0) == 0) {
        namespace = openat(process, "ns/user", O_RDONLY | O_CLOEXEC);
    }
    int failure = errno;
    (void)close(process);
    errno = failure;
    return namespace;
}

int step_user_namespace(const struct view_plan *view, int *user_namespace, struct report *report) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return failed(report, STEP_IDMAP, -1);
    int pid = clone_onto(stack, sizeof stack, wait_for_end, ends, CLONE_NEWUSER, NULL);
    if (pid > 0) *user_namespace = open_namespace(view, pid);
    if (pid < 0 || *user_namespace < 0) failed(report, STEP_IDMAP, -1);
    (void)close(ends[0]);
    (void)close(ends[1]); /* ends the child */
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return report->step == STEP_NONE ? 0 : -1;
}
