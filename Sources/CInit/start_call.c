/* Inner's part in a call's start: the call's process is cloned, and told to go once all that it needs is in its place. */
#include "init.h"

#include "system_call.h"

#include <linux/futex.h>
#include <sched.h>

static char stack[32768] __attribute__((aligned(16)));
static struct call_job job;
static int process = -1; /* the call's; -1: not yet made */

int is_call_stack(const void *address) {
    return (const char *)address >= stack && (const char *)address < stack + sizeof stack;
}

static int filter_of(const struct received *plan, const struct call_terms *terms) {
    return plan_descriptor(plan->descriptors, terms->filter_fd);
}

/* `plan` holds the terms: the view's, ahead, or the call's own. */
static int make_ready(const struct received *plan, const struct call_terms *terms, const struct view_plan *view,
                      int is_outside, struct report *report) {
    if (load_filter(terms, report) < 0) return -1;
    job = (struct call_job){.plan = plan->plan,
                            .terms = terms,
                            .view = view,
                            .terminal = -1,
                            .is_outside = is_outside,
                            .report = {.index = -1},
                            .listener = -1,
                            .ruleset = -1,
                            .executable = -1};
    if (pipe2(job.go, O_CLOEXEC) < 0) return failed(report, STEP_SPAWN, -1);
    if (terms->flags & TERM_TERMINAL) {
        job.terminal = plan_descriptor(plan->descriptors, ((const struct call_plan *)(const void *)plan->plan)->input_fd);
    }
    /* One table of descriptors until exec: so the listener, which only the call itself can make, is inner's at once. */
    process = clone_onto(stack, sizeof stack, call_main, &job, CLONE_FILES, &job.lives);
    return process < 0 ? failed(report, STEP_SPAWN, -1) : 0;
}

int make_ready_beside(const struct setup *setup, struct report *report) {
    const struct call_plan *call = call_of(&setup->call);
    report->call = setup->call.number;
    if (read_filter(filter_of(&setup->call, &call->terms), report) < 0) return -1;
    const int is_outside = (view_of(setup)->flags & VIEW_HOST_NETWORK) == 0;
    if (make_ready(&setup->call, &call->terms, view_of(setup), is_outside, report) < 0) return -1;
    report->call = 0;
    lend_processor(process);
    return 0;
}

int make_ready_ahead(const struct setup *setup, struct report *report) {
    const struct view_plan *view = view_of(setup);
    return make_ready(&setup->view, &view->terms, view, 0, report);
}

int await_ready(struct report *report) {
    return await_from(&job.is_ready, &job.lives) < 0 ? failed_with(report, STEP_SPAWN, -1, ECHILD) : 0;
}

/* The kernel clears the word at exec, as it does at the end. */
static void await_execution(void) {
    while (job.lives) (void)system_call(SYS_futex, (long)&job.lives, FUTEX_WAIT, 1, 0, 0, 0);
}

static int put_in_place(const struct setup *setup, const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    int program = -1;
    if (load_vectors(plan, report) < 0) return -1;
    if (step_program(plan, &program, report) < 0) return -1;
    job.executable = program >= 0 ? program : plan_descriptor(plan->descriptors, call->executable_fd);
    job.directory = plan_text(&call->header, call->directory);
    job.audit_name = plan_text(&call->header, call->audit_name);
    if (step_landlock_ruleset(&setup->view, plan, &job.ruleset, report) < 0) return -1;
    if (step_stdio(plan, report) < 0) return -1;
    if (step_inherited(plan, report) < 0) return -1;
    if ((view_of(setup)->flags & VIEW_ONE_CALL) && step_await_old_root(report) < 0) return -1;
    if (step_landlock_rules(&setup->view, plan, job.ruleset, report) < 0) return -1;
    if (step_close(report) < 0) return -1;
    if (step_let_inherited(call, report) < 0) return -1;
    join_helper(); /* dead by now; one that nobody waited for counts as a process of the call */
    return await_ready(report);
}

int start_call(const struct setup *setup, const struct received *plan, struct started *started, struct report *report) {
    const struct call_plan *call = call_of(plan);
    if (process < 0) {
        if (read_filter(filter_of(plan, &call->terms), report) < 0) return -1;
        if (make_ready(plan, &call->terms, view_of(setup), 0, report) < 0) return -1;
    } else if (plan != &setup->call && step_terms(&setup->view, plan, report) < 0) {
        started->process = process;
        return -1;
    }
    started->process = process;
    if (put_in_place(setup, plan, report) < 0) return -1;
    started->listener = job.listener;
    if (write(job.go[1], "", 1) != 1) return failed(report, STEP_SPAWN, -1);
    if (call->flags & CALL_HOLD_STREAMS) return 0;
    await_execution();
    close_inherited(call);
    return 0;
}

int call_failed(struct report *report) {
    if (job.report.step == STEP_NONE) return 0;
    return failed_with(report, job.report.step, job.report.index, job.report.error);
}
