/* Attack: in the session of the host's terminal a tool types into it (TIOCSTI), or stops and kills the host's group. */
#include "init.h"

#include <asm/ioctls.h>
#include <signal.h>

int step_session(const struct call_plan *call, struct report *report) {
    sigset_t none;
    long answer = call->flags & CALL_NEW_SESSION ? syscall(SYS_setsid) : syscall(SYS_setpgid, 0, 0);
    if (answer < 0) return failed(report, STEP_SESSION, -1);
    /* Inner blocks SIGCHLD; a tool that inherits a blocked signal hangs in ways that nobody finds. Dispositions are all
     * default: the host's spawn saw to it, and init sets none. */
    if (sigemptyset(&none) < 0) return failed(report, STEP_SESSION, -1);
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, _NSIG / 8) < 0) return failed(report, STEP_SESSION, -1);
    (void)umask((mode_t)call->umask); /* cannot fail */
    return 0;
}

/* A terminal that the host made for this session: shells have job control on it. It must be no other session's: the
 * kernel sees to that, since nobody here may take one away. */
int step_terminal(const struct call_plan *call, struct report *report) {
    if (!(call->flags & CALL_TERMINAL)) return 0;
    if (syscall(SYS_ioctl, STDIN_FILENO, TIOCSCTTY, 0) < 0) return failed(report, STEP_TERMINAL, -1);
    return 0;
}

int step_directory(const struct call_plan *call, struct report *report) {
    /* As the call's own identity: a folder that it may not enter is no folder for it. */
    if (chdir(plan_text(&call->header, call->directory)) < 0) return failed(report, STEP_DIRECTORY, -1);
    return 0;
}
