/* Outliving the call. Each leaves a process behind that holds standard output open; the test sees from outside whether
 * it is gone when the call has ended. `succeeded` means only that it was started. */
#include "probe.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

static _Noreturn void stay(void) {
    static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) signal(ignored[i], SIG_IGN);
    prctl(PR_SET_NAME, "probe-survivor");
    for (;;) pause();
}
static int double_fork(void) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        if (setsid() < 0) _exit(1);
        pid_t second = fork();
        if (second == 0) stay();
        _exit(second < 0);
    }
    int status;
    waitpid(child, &status, 0);
    return status == 0 ? 0 : EAGAIN;
}
static int other_group(void) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        setpgid(0, 0);
        stay();
    }
    return 0;
}
static int ignore_termination(void) { stay(); }

const struct attempt survivor_attempts[] = {
    {"double-forked-survivor", double_fork, ALONE},
    {"survivor-in-another-group", other_group, ALONE},
    {"ignore-sigterm", ignore_termination, ALONE},
    {NULL, NULL, 0},
};
