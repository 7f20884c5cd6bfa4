/* The process that the host starts: it makes what needs the host's ids and mounts, then waits and holds nothing. */
#include "init.h"

#include "CInit.h"
#include "pidfd.h"

#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

static _Noreturn void fail(const struct report *report) {
    (void)send_report(report); /* if the host is gone there is nobody to tell */
    _exit(1);
}

/* Takes the descriptors with a fixed place, before anything else is opened. */
static int open_fixed(struct report *report) {
    int ends[2];
    sigset_t children;
    if (fcntl(FD_CONTROL, F_SETFD, FD_CLOEXEC) < 0) return failed(report, STEP_PLAN, -1);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return failed(report, STEP_SPAWN, -1);
    if (sigemptyset(&children) < 0 || sigaddset(&children, SIGCHLD) < 0) return failed(report, STEP_SPAWN, -1);
    if (sigprocmask(SIG_BLOCK, &children, NULL) < 0) return failed(report, STEP_SPAWN, -1);
    int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) return failed(report, STEP_SPAWN, -1);
    int self = cs_pidfd_open(getpid());
    if (self < 0) return failed(report, STEP_SPAWN, -1);
    /* The host closed all above 3, so these are the next numbers; whatever else was open makes this fail. */
    if (ends[0] == FD_OUTER && ends[1] == FD_INNER && signals == FD_CHILDREN && self == FD_SELF) return 0;
    return failed_with(report, STEP_DESCRIPTORS, -1, EBADF);
}

/* posix_spawn leaves the two signals that libc keeps for itself ignored, whatever it is asked; a tool would inherit
 * that and so learn what its host is, and its own use of them would fail. */
static int reset_signals(struct report *report) {
    struct {
        void (*handler)(int);
        unsigned long flags, restorer, mask;
    } const standard = {SIG_DFL, 0, 0, 0};
    for (long number = 32; number <= 33; number++) {
        if (syscall(SYS_rt_sigaction, number, &standard, NULL, _NSIG / 8) < 0) return failed(report, STEP_SESSION, -1);
    }
    return 0;
}

static int receive_plans(struct setup *setup, struct report *report) {
    struct message message;
    if (receive_plan(&setup->view, MESSAGE_VIEW, &message, report) < 0) return -1;
    if (!setup->view.plan) return failed_with(report, STEP_PLAN, -1, EPROTO);
    if ((view_of(setup)->flags & VIEW_ONE_CALL) == 0) return 0;
    /* Cold: the call's mounts are the view's, and outer must prepare them too. */
    if (receive_plan(&setup->call, MESSAGE_CALL, &message, report) < 0) return -1;
    return setup->call.plan ? 0 : failed_with(report, STEP_PLAN, -1, EPROTO);
}

/* Attacks: processes, signals, files, sockets, queues, names and limits of the host are all in other namespaces. Inner
 * makes those of them itself that can be made later, while outer prepares (namespaces.c). */
static int clone_inner(struct setup *setup, struct report *report) {
    struct clone_args arguments = {
        .flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_FILES | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)&setup->inner_pidfd,
        .exit_signal = SIGCHLD,
    };
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) inner_main(setup);
    return pid < 0 ? failed(report, STEP_NAMESPACES, -1) : (int)pid;
}

/* Keeps the control socket, the pair and inner's pidfd; all else goes, the host's descriptors too. */
static int close_rest(int pidfd, struct report *report) {
    if (dup3(pidfd, FD_INNER, O_CLOEXEC) < 0) return failed(report, STEP_DESCRIPTORS, -1);
    if (close_range(FD_CHILDREN, ~0u, 0) < 0) return failed(report, STEP_DESCRIPTORS, -1);
    return 0;
}

/* `inner` is its pidfd. What lies in `setup` is inner's too, and once inner has it, it is no more looked at. */
static int let_go(struct setup *setup, int pid, int inner, struct report *report) {
    const int privileged = setup->privileged;
    if (receive_plans(setup, report) < 0) return -1;
    report->call = 0;
    if (step_trees(setup, report) < 0) return -1;
    report->call = 0;
    const struct view_plan *view = view_of(setup);
    if (step_identity_map(view, privileged, pid, report) < 0) return -1;
    if (hand_over(setup, report) < 0) return -1;
    if (step_forget_privileges(view, privileged, report) < 0) return -1;
    return close_rest(inner, report);
}

/* Waits for the host or inner to go. Reads nothing: what the host says is for inner. */
static void wait_for_end(int pidfd) {
    struct pollfd events[] = {{.fd = FD_CONTROL, .events = 0}, {.fd = pidfd, .events = POLLIN}};
    struct cs_exit result;
    for (;;) {
        if (poll(events, 2, -1) < 0 && errno != EINTR) break;
        if (events[0].revents || events[1].revents) break;
    }
    if (!events[1].revents) (void)cs_pidfd_send_signal(pidfd, SIGKILL); /* it may be gone by now: reaped below */
    (void)cs_pidfd_wait(pidfd, 1, &result);
}

void cinit_main(void) {
    struct report report = {.index = -1};
    (void)umask(0); /* modes are the plan's */
    if (open_fixed(&report) < 0 || reset_signals(&report) < 0) fail(&report);
    struct setup *setup = new_setup();
    if (!setup) {
        failed(&report, STEP_PLAN, -1);
        fail(&report);
    }
    setup->privileged = geteuid() == 0;
    int pid = clone_inner(setup, &report);
    if (pid < 0) fail(&report);
    const int inner = setup->inner_pidfd;
    if (let_go(setup, pid, inner, &report) < 0) {
        struct cs_exit result;
        (void)cs_pidfd_send_signal(inner, SIGKILL); /* it waits for the plans, or fails by itself */
        (void)cs_pidfd_wait(inner, 1, &result);
        fail(&report);
    }
    wait_for_end(FD_INNER);
    _exit(0);
}
