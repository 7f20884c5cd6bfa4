/* A view that stands, kept: what each call needs beside it is made ahead, while no call waits. For each slot that the
 * host asks for, the template forks itself into namespaces of the slot's own, in which one call will be served and
 * nothing else ever was.
 *
 * Attacks: a call that sees, signals, traces or limits another, reads its arguments, finds its files in /tmp, speaks to
 * its loopback, or leaves a process for the next. No two calls share a slot. Its user namespace counts the call's
 * processes apart from all others, and is beneath the template's, which no tool ever runs in. */
#include "init.h"

#include "mounts.h"

#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

static int processes = -1; /* a /proc of the template's own, mounted nowhere */
static enum slot_group slot_group; /* of the one that is made */

static int build_slot(struct setup *setup, struct sysctls *sysctls, int go, struct report *report) {
    const struct view_plan *view = view_of(setup);
    char byte;
    if (read(go, &byte, 1) != 1) leave(1); /* the template says why, or is gone */
    (void)close(go);
    (void)close(processes);
    /* Attack: the template's view is read-only, and so are the proc and what else is mounted over it here. */
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return failed(report, STEP_ROOT, -1);
    if (step_own_file_systems(&setup->view, view->mounts, root, report) < 0) return -1;
    (void)close(root);
    if (step_view_rules(&setup->view, report) < 0) return -1;
    if (step_loopback(view, report) < 0) return -1;
    if (step_bounding_set(report) < 0) return -1; /* a new user namespace gave it all of it again */
    step_no_user_namespaces_in_slot(sysctls);
    open_accounting();
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return failed(report, STEP_IDENTITY, -1);
    return 0;
}

/* Attack: /proc says where the call's cgroup lies, seen from the template's, and so what the host's processes are called.
 * From here on the slot's is the root. */
static int step_own_groups(struct report *report) {
    return syscall(SYS_unshare, CLONE_NEWCGROUP) < 0 ? failed(report, STEP_NAMESPACES, -1) : 0;
}

/* pid 1 of the slot. */
static _Noreturn void slot_main(struct setup *setup, struct sysctls *sysctls, struct received *slot, int go) {
    const enum slot_group group = slot_group;
    struct report report = {.index = -1};
    struct received call = {.plan = NULL};
    struct message message;
    struct message ready = {.kind = MESSAGE_READY, .index = -1};
    if (dup3(slot->descriptors[0], FD_CONTROL, O_CLOEXEC) < 0) leave(1);
    release_plan_descriptors(slot); /* attack: by the files of its group a call gets out of its limits */
    if (build_slot(setup, sysctls, go, &report) < 0) give_up(&report);
    const int is_ahead = group != SLOT_IS_MOVED && (view_of(setup)->flags & VIEW_TERMS) != 0;
    if (is_ahead && (step_own_groups(&report) < 0 || make_ready_ahead(setup, &report) < 0)) give_up(&report);
    ready.value = is_ahead;
    if (group != SLOT_ALONE) (void)send_message(&ready);
    while (!call.plan) {
        if (receive_plan(&call, MESSAGE_CALL, &message, &report) == 0 && message.kind != MESSAGE_SLOT) continue;
        if (report.error == EPIPE) leave(0);
        give_up(&report);
    }
    report.call = call.number;
    if (!is_ahead && step_own_groups(&report) < 0) give_up(&report); /* by now the host has put it where it belongs */
    leave(serve_call(setup, &call) < 0);
}

static long clone_slot(const struct view_plan *view) {
    struct clone_args arguments = {
        .flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC,
        .exit_signal = SIGCHLD,
    };
    if (view->flags & VIEW_LOOPBACK) arguments.flags |= CLONE_NEWNET;
    return syscall(SYS_clone3, &arguments, sizeof arguments);
}

/* The slot waits on a pipe until its ids are mapped: before, it can make no file. */
static int start_slot(struct setup *setup, struct sysctls *sysctls, struct received *slot, struct report *report) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return failed(report, STEP_SPAWN, -1);
    long pid = clone_slot(view_of(setup));
    if (pid == 0) {
        (void)close(ends[1]);
        slot_main(setup, sysctls, slot, ends[0]);
    }
    if (pid < 0) failed(report, STEP_NAMESPACES, -1);
    if (pid > 0 && write_nested_maps(view_of(setup), processes, (int)pid) < 0) failed(report, STEP_IDENTITY_MAP, -1);
    if (report->step == STEP_NONE && write(ends[1], "", 1) != 1) failed(report, STEP_IDENTITY_MAP, -1);
    (void)close(ends[0]);
    (void)close(ends[1]); /* without a byte: the slot leaves */
    return report->step == STEP_NONE ? 0 : -1;
}

/* What is born while the template is in a group is in it. To move a process afterwards takes the kernel a wait for all
 * processors. Where the template may not go in by itself (Linux before 5.16 asks who writes, not who opened) the slot is
 * born outside: the host looks, and moves it. */
static void start_slot_in_group(
    struct setup *setup, struct sysctls *sysctls, struct received *slot, struct report *report) {
    const size_t groups = (slot->count - 1) / 2;
    int entered[2] = {0, 0};
    for (size_t i = 0; i < groups; i++) entered[i] = write(slot->descriptors[1 + i], "0", 1) == 1;
    for (size_t i = 0; i < groups; i++) {
        if (!entered[i]) slot_group = SLOT_IS_MOVED;
    }
    (void)start_slot(setup, sysctls, slot, report);
    /* Attack: a template that stayed would be killed with a call that is over its memory. */
    for (size_t i = 0; i < groups; i++) {
        if (entered[i] && write(slot->descriptors[1 + groups + i], "0", 1) != 1) leave(1);
    }
}

static void make_slot(struct setup *setup, struct sysctls *sysctls, struct received *slot, int32_t group) {
    struct report report = {.index = -1};
    slot_group = (enum slot_group)group;
    /* The kernel lets nobody write the maps of a process that may not be dumped; a slot is born as the template is.
     * Nobody can use the moment: calls are in pid namespaces beneath, where the template has no name. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0) failed(&report, STEP_IDENTITY, -1);
    if (report.step == STEP_NONE) start_slot_in_group(setup, sysctls, slot, &report);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) leave(1);
    if (report.step != STEP_NONE) (void)send_report_to(slot->descriptors[0], &report); /* the host may be gone */
    release_plan_descriptors(slot);
}

static void reap_slots(void) {
    struct signalfd_siginfo signal;
    int status;
    while (read(FD_CHILDREN, &signal, sizeof signal) > 0) {
    }
    while (waitpid(-1, &status, WNOHANG) > 0) {
    }
}

_Noreturn void template_main(struct setup *setup, struct sysctls *sysctls, struct received *first, int32_t group) {
    struct pollfd events[] = {
        {.fd = FD_CHILDREN, .events = POLLIN}, {.fd = FD_CONTROL, .events = POLLIN}, {.fd = FD_INNER, .events = 0}};
    processes = new_proc(CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV);
    make_slot(setup, sysctls, first, group); /* which says so if there is no /proc */
    for (;;) {
        if (poll(events, 3, -1) < 0 && errno != EINTR) leave(1);
        if (events[2].revents & (POLLHUP | POLLERR)) leave(1); /* every slot dies with the template */
        if (events[0].revents) reap_slots();
        if (!events[1].revents) continue;
        struct received slot = {.plan = NULL};
        struct message message;
        struct report report = {.index = -1};
        if (receive_plan(&slot, MESSAGE_VIEW, &message, &report) < 0) leave(report.error != EPIPE);
        if (message.kind != MESSAGE_SLOT || slot.plan) leave(1);
        make_slot(setup, sysctls, &slot, message.value);
    }
}
