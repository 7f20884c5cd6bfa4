/* The call's process, from clone to exec. It is made ready before there is a call, where that can be: in a slot that waits
 * for one, or beside inner, which builds the view meanwhile. Then it waits for inner's word, and all that is left to do is
 * the call's own: its folder, its grant, its program. The order is the point: each step needs a power that a later one
 * takes away.
 *
 * It shares inner's memory and descriptors (CLONE_VM, CLONE_FILES) until exec, and runs beside it: so it makes system calls
 * and nothing else, what it has to say goes into words that only it writes, and it has an errno of its own (libc.c). Once
 * its filter is loaded its calls carry the cookie (filter.c). */
#include "init.h"

#include "system_call.h"

#include <asm/ioctls.h>
#include <sys/prctl.h>

static int step_terminal(int terminal, struct report *report) {
    /* A terminal that the host made for this session: shells have job control on it. It must be no other session's: the
     * kernel sees to that, since nobody here may take one away. */
    if (terminal < 0) return 0;
    return syscall(SYS_ioctl, terminal, TIOCSCTTY, 0) < 0 ? failed(report, STEP_TERMINAL, -1) : 0;
}

static int prepare(struct call_job *job) {
    struct report *report = &job->report;
    if (step_session(job->terms, report) < 0) return -1;
    if (step_terminal(job->terminal, report) < 0) return -1;
    if (job->is_outside && step_join_network(report) < 0) return -1;
    if (step_limits(job->plan, job->terms, job->view, report) < 0) return -1;
    if (step_capabilities(job->terms, job->view, report) < 0) return -1;
    if (step_no_new_privileges(report) < 0) return -1;
    return step_filter(job->terms, &job->listener, report);
}

/* Landlock, and what the kernel's audit says of it. Attacks: a tool restricts itself once more, and what it refuses itself
 * passes for the call's; a process of the host that once had the number of the call's passes for it. So the domain bears a
 * name that only the host knows, and of those beneath it nothing is said. */
static long restrict_self(const struct call_job *job, long cookie) {
    enum { LOG_NEW_EXEC_ON = 2, LOG_SUBDOMAINS_OFF = 4 }; /* LANDLOCK_RESTRICT_SELF_* */
    if (!job->audit_name) return system_call(SYS_landlock_restrict_self, job->ruleset, 0, 0, 0, 0, cookie);
    const long answer = system_call(SYS_prctl, PR_SET_NAME, (long)job->audit_name, 0, 0, 0, cookie);
    const long flags = LOG_NEW_EXEC_ON | LOG_SUBDOMAINS_OFF;
    return answer < 0 ? answer : system_call(SYS_landlock_restrict_self, job->ruleset, flags, 0, 0, 0, cookie);
}

/* What only the call says. An error comes as the kernel gives it. */
static void begin(struct call_job *job) {
    const long cookie = (long)filter_cookie();
    /* As the call's own identity: a folder that it may not enter is no folder for it. */
    long answer = system_call(SYS_chdir, (long)job->directory, 0, 0, 0, 0, cookie);
    if (answer < 0) {
        failed_with(&job->report, STEP_DIRECTORY, -1, (int)-answer);
        return;
    }
    if (job->ruleset >= 0) answer = restrict_self(job, cookie);
    if (answer < 0) {
        failed_with(&job->report, STEP_LANDLOCK_RESTRICT, -1, (int)-answer);
        return;
    }
    step_execute(job->executable, &job->report);
}

/* A pipe: who writes to one is taken by the kernel to be about to wait, and whom it wakes goes on where it ran. Another
 * processor would first have to be roused from its sleep. */
static int hears_go(struct call_job *job) {
    char byte;
    long count;
    do {
        count = system_call(SYS_read, job->go[0], (long)&byte, 1, 0, 0, (long)filter_cookie());
    } while (count == -EINTR);
    return count == 1;
}

int call_main(void *argument) {
    struct call_job *job = argument;
    const int is_prepared = prepare(job) == 0;
    say(&job->is_ready);
    if (is_prepared && hears_go(job)) begin(job);
    if (!is_prepared) (void)system_call(SYS_exit_group, 1, 0, 0, 0, 0, 0);
    /* Attack: a profile without exit_group. The filter would hand that to inner, which waits for this very process. */
    __builtin_trap();
}
