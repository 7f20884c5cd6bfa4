/* Inner is pid 1: all orphans of the call become its children. Attack: a tool that forks twice, ignores SIGTERM or
 * leaves its group and session outlives its call; here nothing does, because a namespace's processes cannot leave
 * it. */
#include "init.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static uint64_t microseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_usec;
}

/* 1: something was reaped; 0: nothing is dead; -1: nothing is left. */
static int reap_one(int options, int pid, int *status, int *ended, struct usage *usage) {
    struct rusage used;
    int how;
    int reaped = wait4(-1, &how, options | __WALL, &used);
    if (reaped < 0) return errno == EINTR ? 1 : -1;
    if (reaped == 0) return 0;
    const uint64_t peak = (uint64_t)used.ru_maxrss * 1024u;
    usage->user_microseconds += microseconds(used.ru_utime);
    usage->system_microseconds += microseconds(used.ru_stime);
    if (peak > usage->peak_bytes) usage->peak_bytes = peak;
    if (reaped == pid) {
        *status = how;
        *ended = 1;
    }
    return 1;
}

int reap(int pid, int *status, struct usage *usage) {
    int ended = 0;
    while (reap_one(WNOHANG, pid, status, &ended, usage) > 0) {
    }
    return ended;
}

void end_everything(int pid, int *status, int *ended, struct usage *usage) {
    /* Whatever the namespace holds is a child of inner by now, or beneath one: no child, nobody left to kill. */
    while (reap_one(WNOHANG, pid, status, ended, usage) >= 0) {
        (void)kill(-1, SIGKILL); /* ESRCH: the last one is dead already */
        if (reap_one(0, pid, status, ended, usage) < 0) return;
    }
}
