/* pid 1 of the view. */
#include "init.h"

#include "rights.h"

#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/vfs.h>

_Noreturn void leave(int code) {
    syscall(SYS_exit_group, code);
    __builtin_unreachable();
}

_Noreturn void give_up(const struct report *report) {
    (void)send_report(report); /* if the host is gone there is nobody to tell */
    leave(1);
}

/* Attack: kill -9 of the host or of outer leaves a namespace full of processes behind. The kernel sends this one
 * SIGKILL when outer dies; it forgets the request when ids change, so it is made again, and the race is closed by
 * looking whether outer is still there. */
static int die_with_outer(struct report *report) {
    struct pollfd outer = {.fd = FD_SELF, .events = POLLIN};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return failed(report, STEP_IDENTITY, -1);
    if (poll(&outer, 1, 0) < 0) return failed(report, STEP_IDENTITY, -1);
    if (outer.revents) leave(1);
    return 0;
}

static int null = -1; /* what init's own streams are */

/* The view's, and a single call's own. */
static int build_mounts(int (*step)(const struct received *, struct plan_table, struct prepared *, int, struct report *),
                        struct setup *setup, int root, struct report *report) {
    if (step(&setup->view, view_of(setup)->mounts, setup->view_trees, root, report) < 0) return -1;
    if (!setup->call.plan) return 0;
    report->call = setup->call.number;
    if (step(&setup->call, call_of(&setup->call)->mounts, setup->call_trees, root, report) < 0) return -1;
    report->call = 0;
    return 0;
}

static int build_view(struct setup *shared, struct setup *setup, struct sysctls *sysctls, struct report *report) {
    int root = -1;
    if (die_with_outer(report) < 0 || begin_helper(report) < 0) return -1;
    if (step_namespaces(report) < 0 || step_private_mounts(report) < 0 || step_bounding_set(report) < 0) return -1;
    /* Outer writes the maps meanwhile; no file can be made before. */
    if (take_over(shared, setup, report) < 0) return -1;
    const struct view_plan *view = view_of(setup);
    if (step_hostname(view, report) < 0) return -1;
    if (step_identity(view, setup->privileged, report) < 0 || die_with_outer(report) < 0) return -1;
    (void)close(FD_SELF);
    if (setup->call.plan && make_ready_beside(setup, report) < 0) return -1;
    if (step_root(&root, report) < 0) return -1;
    if (build_mounts(step_sources, setup, root, report) < 0) return -1;
    if (step_pivot(root, report) < 0) return -1;
    if (build_mounts(step_mounts, setup, root, report) < 0) return -1;
    if (step_finish_root(root, report) < 0) return -1;
    open_sysctls(sysctls);
    step_no_user_namespaces(sysctls, (view->flags & VIEW_ONE_CALL) == 0);
    if (step_network(view, report) < 0) return -1;
    /* Its change of identity takes from inner too what the account needs. */
    if (setup->call.plan && await_ready(report) < 0) return -1;
    close_network();
    open_accounting();
    /* Attack: a tool with inner's id attaches to it (ptrace, /proc/1/mem) and has its capabilities. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return failed(report, STEP_IDENTITY, -1);
    if (view->flags & VIEW_ONE_CALL) return 0; /* a single call's start waits for that */
    const int answer = step_await_old_root(report);
    join_helper();
    return answer;
}

/* Inner's own: the call has its streams, and these are for nobody. */
static void take_streams_back(void) {
    for (int standard = 0; standard < 3; standard++) (void)dup3(null, standard, 0); /* all three were this */
}

/* While a call runs the host may send a signal for it, or go. */
static int serve_control(int pid) {
    struct message message;
    int descriptors[1];
    size_t count;
    ptrdiff_t size = cs_receive(FD_CONTROL, &message, sizeof message, descriptors, 0, &count, 1);
    if (size < 0) return errno == EAGAIN ? 0 : -1;
    if (size != (ptrdiff_t)sizeof message || message.kind != MESSAGE_SIGNAL) return -1;
    if (message.value > 0 && message.value < _NSIG) (void)kill(-pid, message.value); /* ESRCH: it is over */
    return 0;
}

/* 0, or -1 if the host or outer went: then it was killed. */
static int run_to_end(int pid, int listener, const struct call_plan *call, int *status, struct usage *usage) {
    struct pollfd events[] = {{.fd = FD_CHILDREN, .events = POLLIN},
                              {.fd = FD_CONTROL, .events = POLLIN},
                              {.fd = FD_INNER, .events = 0},
                              {.fd = listener, .events = POLLIN}};
    int ended = 0, answer = 0;
    while (!ended && answer == 0) {
        if (poll(events, 4, -1) < 0 && errno != EINTR) leave(1); /* all beneath dies with pid 1 */
        if (events[3].revents & POLLIN) {
            serve_listener(listener, call);
        } else if (events[3].revents) {
            events[3].fd = -1; /* nobody is left under the filter */
        }
        if ((events[1].revents | events[2].revents) & (POLLHUP | POLLERR)) answer = -1;
        if ((events[1].revents & POLLIN) && serve_control(pid) < 0) answer = -1;
        if (events[0].revents) {
            struct signalfd_siginfo signal;
            while (read(FD_CHILDREN, &signal, sizeof signal) > 0) {
            }
        }
        ended = reap(pid, status, usage);
    }
    end_everything(pid, status, &ended, usage);
    return answer;
}

/* Only here can it be seen: to the host the mount has no name. What a tool removed again, once it met the end, nobody
 * sees. */
static int is_scratch_full(void) {
    struct statfs status;
    if (syscall(SYS_statfs, "/tmp", &status) < 0 || status.f_type != TMPFS_MAGIC) return 0;
    return status.f_blocks > 0 && (status.f_bavail == 0 || status.f_ffree == 0);
}

/* The call has its own copies, once it was executed. Attack: a write end that inner keeps makes the host wait for output
 * for ever; those that it holds go with the call, or with inner. */
static void release_streams(struct received *plan) {
    take_streams_back();
    release_plan_descriptors(plan);
}

int serve_call(struct setup *setup, struct received *plan) {
    struct report report = {.call = plan->number, .index = -1};
    struct usage usage = {0, 0, 0};
    struct started call = {.process = -1, .listener = -1};
    int status = 0, ended = 0, lost = 0;
    const int holds = (call_of(plan)->flags & CALL_HOLD_STREAMS) != 0;
    forget_notices();
    null = dup(STDIN_FILENO); /* all three are /dev/null */
    if (null < 0) failed(&report, STEP_DESCRIPTORS, -1);
    if (report.step == STEP_NONE && step_files(plan, &report) == 0 && step_destinations(plan, &report) == 0) {
        (void)start_call(setup, plan, &call, &report); /* the report says so */
    }
    if (!holds) {
        (void)call_failed(&report);
        release_streams(plan);
    }
    if (report.step != STEP_NONE) {
        if (call.process > 0) end_everything(call.process, &status, &ended, &usage);
        return send_report(&report);
    }
    const struct message started = {.kind = MESSAGE_STARTED, .call = report.call, .index = -1};
    if (!holds && send_message(&started) < 0) leave(1);
    int answer = run_to_end(call.process, call.listener, call_of(plan), &status, &usage);
    if (call_failed(&report) < 0) return send_report(&report);
    /* More of them than a socket holds: the host has to hear that it is time to listen. */
    if (has_notices()) release_streams(plan);
    if (send_notices(report.call, &lost) < 0) return -1;
    const struct transferred moved = end_accounting();
    const int unreported = filter_is_listening() && call.listener < 0;
    const struct message message = {
        .kind = MESSAGE_ENDED,
        .call = report.call,
        .value = status,
        .index = -1,
        .flags = (unreported ? END_UNREPORTED : 0u) | (lost ? END_LOST : 0u) | (is_scratch_full() ? END_SCRATCH_FULL : 0u),
        .user_microseconds = usage.user_microseconds,
        .system_microseconds = usage.system_microseconds,
        .peak_bytes = usage.peak_bytes,
        .read_bytes = moved.read,
        .written_bytes = moved.written,
    };
    if (send_message(&message) < 0) answer = -1;
    release_streams(plan);
    /* The host has heard it all by now, and may have been woken on this very processor: it first, and then what the kernel
     * has to do about the end of the listener and of this process, which follows. */
    (void)syscall(SYS_sched_yield);
    return answer;
}

static _Noreturn void serve(struct setup *setup, struct sysctls *sysctls) {
    const struct message ready = {.kind = MESSAGE_READY, .index = -1};
    if (setup->call.plan) leave(serve_call(setup, &setup->call) < 0);
    if (send_message(&ready) < 0) leave(1);
    struct report report = {.index = -1};
    struct message message;
    struct received slot = {.plan = NULL};
    if (receive_plan(&slot, MESSAGE_VIEW, &message, &report) < 0) leave(report.error != EPIPE);
    if (message.kind != MESSAGE_SLOT) leave(1);
    template_main(setup, sysctls, &slot, message.value);
}

void inner_main(struct setup *shared) {
    static struct setup setup;
    static struct sysctls sysctls;
    struct report report = {.index = -1};
    if (build_view(shared, &setup, &sysctls, &report) < 0) give_up(&report);
    if (step_view_terms(&setup.view, &report) < 0) give_up(&report);
    release_plan_descriptors(&setup.view);
    serve(&setup, &sysctls);
}
