/* The call, between clone and exec. It shares inner's memory (CLONE_VM) while inner stands still (CLONE_VFORK), so a
 * failure is a write to inner's report; and it must do nothing but make system calls. The order is the point: each step
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
        prepared[i].tree = plan_descriptor(job->plan->descriptors, mounts[i].source_fd); /* detached already (plan.h) */
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
    if (step_landlock_rules(job->plan, &job->ruleset, report) < 0) return -1;
    if (step_stdio(job->plan, report) < 0) return -1;
    if (step_limits(call, job->view, report) < 0) return -1;
    if (step_capabilities(call, job->view, report) < 0) return -1;
    if (step_directory(call, report) < 0) return -1;
    if (step_no_new_privileges(report) < 0) return -1;
    if (step_landlock_restrict(job->ruleset, report) < 0) return -1;
    if (step_close(report) < 0) return -1;
    return step_filter(report);
}

int call_main(void *argument) {
    struct call_job *job = argument;
    if (confine(job) == 0) step_execute(job->plan, job->report);
    syscall(SYS_exit_group, 1);
    return 1;
}

int start_call(const struct setup *setup, const struct received *plan, struct report *report) {
    static char stack[32768] __attribute__((aligned(16)));
    const struct call_plan *call = call_of(plan);
    const int one_call = (view_of(setup)->flags & VIEW_ONE_CALL) != 0;
    static struct call_job job;
    job = (struct call_job){.plan = plan, .view = view_of(setup), .report = report, .ruleset = -1};
    job.own_mounts = !one_call && call->mounts.count > 0;
    if (load_filter(plan, report) < 0 || load_vectors(plan, report) < 0) return -1;
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    if (call->flags & CALL_OWN_PID) flags |= CLONE_NEWPID;
    if (job.own_mounts) flags |= CLONE_NEWNS;
    int pid = clone(call_main, stack + sizeof stack, flags, &job);
    if (pid < 0) return failed(report, STEP_SPAWN, -1);
    return pid;
}
