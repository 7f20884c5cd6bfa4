/* The namespaces that inner makes for itself: all but the user's and the pids', which it is born in, and the network's,
 * which is made beside it (network.c). In one system call: each more is cheaper than a call more. */
#include "init.h"

#include <sched.h>

int step_namespaces(struct report *report) {
    const int all = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    return syscall(SYS_unshare, all) < 0 ? failed(report, STEP_NAMESPACES, -1) : 0;
}
