/* Attack: in the session of the host's terminal a tool types into it (TIOCSTI), or stops and kills the host's group. */
#include "init.h"

#include <signal.h>

int step_session(const struct call_terms *terms, struct report *report) {
    sigset_t none;
    long answer = terms->flags & TERM_NEW_SESSION ? syscall(SYS_setsid) : syscall(SYS_setpgid, 0, 0);
    if (answer < 0) return failed(report, STEP_SESSION, -1);
    /* Inner blocks SIGCHLD; a tool that inherits a blocked signal hangs in ways that nobody finds. Dispositions are all
     * default: the host's spawn saw to it, and init sets none. */
    if (sigemptyset(&none) < 0) return failed(report, STEP_SESSION, -1);
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, _NSIG / 8) < 0) return failed(report, STEP_SESSION, -1);
    (void)umask((mode_t)terms->umask); /* cannot fail */
    return 0;
}
