/* What init hears of a call's system calls, and what it does with them. */
#include "cases.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Denies execveat without the cookie, getppid with ENOTTY, mkdirat and sethostname with EPERM, swapoff with ENOSYS. */
static const struct sock_filter program[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 4),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOW, 0, 7),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HIGH, 4, 5),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 5, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_swapoff, 5, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sethostname, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
};

static struct box box;
static struct outcome outcome;

static void begin(const char *python, uint32_t flags) {
    memset(&box, 0, sizeof box);
    box_begin(&box);
    box_command(&box, "/usr/bin/python3", "-S", "-c", python, NULL);
    box_filter(&box, program, sizeof program, LOW, HIGH);
    box_call(&box)->terms.flags |= flags;
    box_notice(&box, (struct notice_shape){.number = SYS_getppid});
    box_notice(&box, (struct notice_shape){.number = SYS_swapoff, .texts = {{TEXT_STRING, 0, -1}}});
    box_notice(&box, (struct notice_shape){.number = SYS_openat, .texts = {{TEXT_PATH, 1, 0}}});
    box_notice(&box, (struct notice_shape){.number = SYS_mkdirat, .values = 4, .texts = {{TEXT_PATH, 1, 0}}});
    /* Sorted, as the plan must be. */
    for (size_t i = 1; i < box.notice_count; i++) {
        for (size_t j = i; j > 0 && box.notices[j].number < box.notices[j - 1].number; j--) {
            struct notice_shape other = box.notices[j];
            box.notices[j] = box.notices[j - 1];
            box.notices[j - 1] = other;
        }
    }
}

#define PRELUDE                                                                                                        \
    "import ctypes, os, sys\n"                                                                                         \
    "c = ctypes.CDLL(None, use_errno=True)\n"                                                                          \
    "def call(*a):\n"                                                                                                  \
    "    r = c.syscall(*a)\n"                                                                                          \
    "    print(r if r >= 0 else -ctypes.get_errno())\n"

static const struct notice *find(uint32_t number, const char *text) {
    for (int i = 0; i < outcome.noticed; i++) {
        if (outcome.notices[i].number != number) continue;
        if (!text || strcmp(outcome.notices[i].texts[0], text) == 0) return &outcome.notices[i];
    }
    return NULL;
}

static const char *refusals_are_reported(void) {
    begin(PRELUDE "os.chdir('/tmp')\n"
                  "for i in range(3): call(258, -100, b'new', 0o700)\n"
                  "call(258, -100, b'new', 0o711)\n"
                  "call(258, os.open('/usr', os.O_RDONLY), b'bin/x', 0o700)\n"
                  "call(110)\n"
                  "call(168, b'/swap')\n"
                  "print(os.path.exists('/tmp/new'))\n",
          TERM_REPORT);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    const char *expected = "-1\n-1\n-1\n-1\n-1\n-25\n-38\nFalse\n";
    if (strcmp(outcome.output, expected) != 0) return wrong("said `%s`", outcome.output);
    if (outcome.noticed != 4) return wrong("%d notices", outcome.noticed);
    const struct notice *made = find(SYS_mkdirat, "/tmp/new");
    if (!made || made->count != 3 || made->message.value != EPERM || made->arguments[2] != 0700) {
        return wrong("the three that are alike: %d, %s", outcome.noticed, outcome.notices[0].texts[0]);
    }
    if (!find(SYS_mkdirat, "/usr/bin/x")) return "the path beneath a descriptor";
    const struct notice *parent = find(SYS_getppid, "");
    if (!parent || parent->message.value != ENOTTY) return "the errno is the filter's";
    return outcome.end.flags == 0 ? NULL : wrong("flags %u", outcome.end.flags);
}

static const char *enosys_is_reported_where_it_is_asked_for(void) {
    begin(PRELUDE "call(168, b'/swap')\ncall(110)\n", TERM_REPORT_ENOSYS);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    const struct notice *swap = find(SYS_swapoff, "/swap");
    if (strcmp(outcome.output, "-38\n-25\n") != 0) return wrong("said `%s`", outcome.output);
    return outcome.noticed == 1 && swap && swap->message.value == ENOSYS ? NULL : wrong("%d", outcome.noticed);
}

static const char *threads_and_children_are_heard(void) {
    begin(PRELUDE "if os.fork() == 0:\n"
                  "    c.syscall(258, -100, b'/child', 0o700); os._exit(0)\n"
                  "os.wait()\n"
                  "import _thread\n"
                  "lock = _thread.allocate_lock(); lock.acquire()\n"
                  "_thread.start_new_thread(lambda: (c.syscall(258, -100, b'/thread', 0o700), lock.release()), ())\n"
                  "lock.acquire()\n",
          TERM_REPORT);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return find(SYS_mkdirat, "/child") && find(SYS_mkdirat, "/thread") ? NULL : wrong("%d", outcome.noticed);
}

static const char *no_refusal_no_notice(void) {
    begin("import os, sys\nos.write(1, b'fine')\nos.write(2, b'too')\nos.close(0)\n", TERM_REPORT);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, "fine") != 0) return wrong("said `%s`", outcome.output);
    return outcome.noticed == 0 ? NULL : wrong("%d notices", outcome.noticed);
}

static const char *a_flood_is_bounded(void) {
    begin(PRELUDE "for i in range(5000): c.syscall(258, -100, b'/%d' % i, 0o700)\nprint('done')\n", TERM_REPORT);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, "done\n") != 0) return wrong("said `%s`", outcome.output);
    const struct notice *rest = find(SYS_mkdirat, "");
    if (outcome.noticed != 65 || !rest || rest->count != 5000 - 64) return wrong("%d notices", outcome.noticed);
    return outcome.end.flags == END_LOST ? NULL : wrong("flags %u", outcome.end.flags);
}

static const char *bad_pointers_refuse(void) {
    begin(PRELUDE "call(258, -100, 1, 0o700)\ncall(258, -100, -1, 0o700)\ncall(258, -100, 0, 0o700)\n", TERM_REPORT);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, "-1\n-1\n-1\n") != 0) return wrong("said `%s`", outcome.output);
    const struct notice *one = find(SYS_mkdirat, "");
    return one && one->count == 3 ? NULL : wrong("%d notices", outcome.noticed);
}

static const char *killed_while_it_waits(void) {
    /* A process that ends while others of it stand in refused calls leaves nothing behind. */
    begin(PRELUDE "import _thread\n"
                  "def flood():\n"
                  "    while True: c.syscall(258, -100, b'/x', 0o700)\n"
                  "for i in range(4): _thread.start_new_thread(flood, ())\n"
                  "if os.fork() == 0: flood()\n"
                  "call(258, -100, b'/last', 0o700)\n"
                  "os._exit(0)\n",
          TERM_REPORT);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return find(SYS_mkdirat, "/last") ? NULL : wrong("%d notices", outcome.noticed);
}

static const char *all_is_traced(void) {
    begin(PRELUDE "call(258, -100, b'/tmp/made', 0o700)\n"
                  "open('/usr/../etc/none', 'w') if os.path.exists('/none') else None\n"
                  "os.stat('/tmp')\n"
                  "call(110)\n"
                  "fd = os.open('/bin/sh', os.O_RDONLY)\n",
          TERM_TRACE);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, "-1\n-25\n") != 0) return wrong("said `%s`", outcome.output);
    const struct notice *refused = find(SYS_mkdirat, "/tmp/made"), *parent = find(SYS_getppid, NULL);
    if (!refused || refused->message.value != EPERM) return "the refused one";
    if (!parent || parent->message.value != ENOTTY) return "the other refused one";
    const struct notice *read = find(SYS_read, NULL);
    if (!read || read->message.value != 0) return "a call that went on";
    return NULL;
}

static const char *a_trace_says_where_links_lead(void) {
    begin("import os\nos.open('/bin/sh', os.O_RDONLY)\n", TERM_TRACE);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    char path[256] = "";
    ssize_t size = readlink("/usr/bin/sh", path, sizeof path - 1);
    char expected[300] = "/usr/bin/sh";
    if (size > 0 && path[0] != '/') snprintf(expected, sizeof expected, "/usr/bin/%s", path);
    const struct notice *opened = find(SYS_openat, expected);
    return opened && opened->found == 1 ? NULL : wrong("no `%s` in %d notices", expected, outcome.noticed);
}

/* Denies whatever is not the launcher's own execveat. */
static const struct sock_filter nothing[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOW, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HIGH, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
};

static const char *failed_exec_needs_no_system_call(void) {
    const char *folder = temporary_folder();
    char path[256];
    write_text(folder, "program", "no program");
    snprintf(path, sizeof path, "%s/program", folder);
    if (chmod(path, 0755) < 0) return "chmod";
    for (uint32_t flags = TERM_REPORT; flags <= TERM_TRACE; flags <<= 2) {
        memset(&box, 0, sizeof box);
        box_begin(&box);
        box_command(&box, path, NULL);
        box_filter(&box, nothing, sizeof nothing, LOW, HIGH);
        box_call(&box)->terms.flags |= flags;
        const char *failure = expect_failure(&box, STEP_EXECUTE, ENOEXEC);
        if (failure) return failure;
    }
    return NULL;
}

static const char *listening_without_a_filter_is_refused(void) {
    memset(&box, 0, sizeof box);
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_call(&box)->terms.flags |= TERM_REPORT;
    return expect_failure(&box, STEP_PLAN, EINVAL);
}

static const char *shapes_out_of_order_are_refused(void) {
    memset(&box, 0, sizeof box);
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_notice(&box, (struct notice_shape){.number = 2});
    box_notice(&box, (struct notice_shape){.number = 2});
    return expect_failure(&box, STEP_PLAN, EINVAL);
}

const struct test_case notice_cases[] = {
    {"what the filter refuses is refused with its errno and reported with path and count", refusals_are_reported},
    {"ENOSYS is reported only where the plan says so", enosys_is_reported_where_it_is_asked_for},
    {"threads and children are heard too", threads_and_children_are_heard},
    {"a call that is refused nothing has no notice, and its streams", no_refusal_no_notice},
    {"a flood of refusals is bounded and said to be", a_flood_is_bounded},
    {"a pointer to nowhere is refused like any other", bad_pointers_refuse},
    {"a call that ends amid refusals leaves nothing", killed_while_it_waits},
    {"a trace hears every call, and the filter holds", all_is_traced},
    {"a trace says where a link leads", a_trace_says_where_links_lead},
    {"a program that cannot be started ends under a filter that allows nothing", failed_exec_needs_no_system_call},
    {"a plan that wants reports of no filter is refused", listening_without_a_filter_is_refused},
    {"shapes of notices that are not in order are refused", shapes_out_of_order_are_refused},
    {NULL, NULL},
};
