/* The call, between clone and exec. It shares inner's memory and descriptors (CLONE_VM, CLONE_FILES) while inner stands
 * still (CLONE_VFORK), so a failure is a write to inner's report; and it must do nothing but make system calls. The order is the point: each step
 * needs a power that a later one takes away. */
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

static int step_own_mounts(const struct call_job *job) {
    static struct prepared prepared[PLAN_MAX_MOUNTS];
    const struct call_plan *call = call_of(job->plan);
    if (!job->own_mounts) return 0;
    const struct plan_mount *mounts = plan_elements(job->plan->plan, call->mounts);
    for (uint32_t i = 0; i < call->mounts.count; i++) {
        prepared[i] = nothing;
        if (mounts[i].kind != MOUNT_BIND) continue;
        /* Detached already (plan.h). A copy, since attaching closes it, in a table that is inner's too. */
        prepared[i].tree = dup(plan_descriptor(job->plan->descriptors, mounts[i].source_fd));
        if (prepared[i].tree < 0) return failed(job->report, STEP_MOUNT, (int32_t)i);
    }
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return failed(job->report, STEP_ROOT, -1);
    int answer = step_mounts(job->plan, call->mounts, prepared, root, job->report);
    (void)close(root);
    return answer;
}

static int confine(struct call_job *job) {
    const struct call_plan *call = call_of(job->plan);
    struct report *report = job->report;
    if (step_session(call, report) < 0) return -1;
    if (step_own_mounts(job) < 0) return -1;
    if (step_program(job->plan, &job->program, report) < 0) return -1;
    if (step_landlock_rules(job->view_plan, job->plan, &job->ruleset, report) < 0) return -1;
    if (step_stdio(job->plan, report) < 0) return -1;
    if (step_terminal(call, report) < 0) return -1;
    if (step_inherited(job->plan, report) < 0) return -1;
    if (step_limits(call, job->view, report) < 0) return -1;
    if (step_capabilities(call, job->view, report) < 0) return -1;
    if (step_directory(call, report) < 0) return -1;
    if (step_no_new_privileges(report) < 0) return -1;
    if (step_landlock_restrict(job->ruleset, report) < 0) return -1;
    if (step_close(report) < 0) return -1;
    if (step_let_inherited(call, report) < 0) return -1;
    if (step_await_old_root(report) < 0) return -1;
    return step_filter(call, &job->listener, report);
}

int call_main(void *argument) {
    struct call_job *job = argument;
    if (confine(job) < 0) syscall(SYS_exit_group, 1);
    step_execute(job->plan, job->program, job->report);
    /* Attack: a profile without exit_group. The filter would hand that to inner, which waits for this very process. */
    __builtin_trap();
}

/* Inner's own: the call has put its streams in their place. Attack: a write end that inner keeps would make the host
 * wait for output for ever. */
static int take_streams_back(int null, struct report *report) {
    for (int standard = 0; standard < 3; standard++) {
        if (dup3(null, standard, 0) < 0) return failed(report, STEP_DESCRIPTORS, standard);
    }
    (void)close(null);
    return 0;
}

int start_call(const struct setup *setup, const struct received *plan, int *listener, struct report *report) {
    static char stack[32768] __attribute__((aligned(16)));
    const struct call_plan *call = call_of(plan);
    const int one_call = (view_of(setup)->flags & VIEW_ONE_CALL) != 0;
    static struct call_job job;
    job = (struct call_job){.plan = plan,
                            .view_plan = &setup->view,
                            .view = view_of(setup),
                            .report = report,
                            .ruleset = -1,
                            .listener = -1,
                            .program = -1};
    job.own_mounts = !one_call && call->mounts.count > 0;
    if (load_filter(plan, report) < 0 || load_vectors(plan, report) < 0) return -1;
    begin_accounting();
    int null = dup(STDIN_FILENO); /* all three are /dev/null */
    if (null < 0) return failed(report, STEP_DESCRIPTORS, -1);
    /* One table of descriptors until exec: so the listener, which only the call itself can make, is inner's at once. */
    int flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD;
    if (call->flags & CALL_OWN_PID) flags |= CLONE_NEWPID;
    if (job.own_mounts) flags |= CLONE_NEWNS;
    int pid = clone(call_main, stack + sizeof stack, flags, &job);
    if (pid < 0) failed(report, STEP_SPAWN, -1);
    if (job.ruleset >= 0) (void)close(job.ruleset);
    if (job.program >= 0) (void)close(job.program);
    *listener = job.listener;
    close_inherited(call);
    (void)take_streams_back(null, report); /* the report says so, and the caller ends the call */
    return pid;
}
