/* A slot has the call's process ready, with terms that were told ahead. That it is confined as any other, and that no call
 * gets another's. */
#include "cases.h"

#include "landlock.h"
#include "memfd.h"
#include "pidfd.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Denies execveat without the cookie, and what a call's process does itself before exec: chdir with EPERM, and
 * landlock_restrict_self, that is an argument away from harmless, with ENOTTY. */
static const struct sock_filter program[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 4),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOW, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HIGH, 2, 3),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_chdir, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_restrict_self, 2, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
};

static struct host template, slot;
static struct box box;
static struct outcome outcome;
static int filter = -1;

/* Of all cases, each of which may be the only one. */
static void make_filter(void) {
    if (filter < 0) filter = cs_memfd_sealed("filter", program, sizeof program);
}

static void write_plans(const char *script) {
    memset(&box, 0, sizeof box);
    box_begin(&box);
    box_environment(&box, "PATH=/usr/bin");
    box_command(&box, "/usr/bin/python3", "-S", "-c", script, NULL);
    box_landlock(&box);
    box_limit(&box, RLIMIT_NOFILE, 33);
    box_limit(&box, RLIMIT_NPROC, 8);
    box_shared_filter(&box, filter, LOW, HIGH);
    box_call(&box)->terms.flags |= TERM_REPORT;
    box_notice(&box, (struct notice_shape){.number = SYS_chdir, .texts = {{TEXT_PATH, 0, -1}}});
}

static int open_template(void) {
    make_filter();
    write_plans("");
    box_terms_ahead(&box);
    if (box_start_template(&box, &template) < 0) return -1;
    box_close(&box);
    return 0;
}

static const char *done(const char *failure) {
    struct cs_exit result;
    close(template.control);
    int reaped = cs_pidfd_wait(template.pidfd, 1, &result) == CS_WAIT_REAPED;
    close(template.pidfd);
    if (failure) return failure;
    return reaped && result.status == 0 ? NULL : "the template did not end well";
}

/* What was written to `box` as a call. */
static int serve(int is_moved) {
    box_finish_plans(&box);
    memset(&outcome, 0, sizeof outcome);
    if ((is_moved ? box_start_moved_slot : box_start_slot)(&template, &slot) < 0) return -1;
    if (box_send_call(&box, &slot, 1) < 0) return -1;
    int answer = box_collect(&box, &slot, &outcome, 0);
    close(slot.control);
    box_close(&box);
    return answer;
}

/* Its folder and its grant were set under the filter, by the cookie; the program has none. */
static const char *const look =
    "import ctypes, os, resource\n"
    "c = ctypes.CDLL(None, use_errno=True)\n"
    "status = dict(line.split(':\\t') for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)\n"
    "print(os.getcwd(), os.getpid(), os.getsid(0), os.sched_getscheduler(0), status['Seccomp'], status['NoNewPrivs'], status['CapEff'],\n"
    "      resource.getrlimit(resource.RLIMIT_NOFILE), os.listdir('/tmp'), len(os.listdir('/proc/self/fd')))\n"
    "for cookie in (0, 0x636f6f6b63686f6b, 0xffffffffffffffff):\n"
    "    for call, argument in ((80, b'/'), (446, 0)):\n"
    "        answer = c.syscall(call, argument, 0, 0, 0, 0, ctypes.c_uint64(cookie))\n"
    "        print(answer, ctypes.get_errno(), end=' ')\n"
    "try: open('/etc/passwd')\n"
    "except OSError as error: print(error.errno)\n";

static const char *ready_is_confined(int is_moved) {
    const char *failure = open_template() < 0 ? "no template" : NULL;
    for (int round = 0; round < 3 && !failure; round++) {
        write_plans(look);
        if (serve(is_moved) < 0) failure = "the host could not run it";
        if (failure) break;
        const char *said = "/tmp 2 2 0 2 1 0000000000000000 (33, 33) [] 4\n"
                           "-1 1 -1 25 -1 1 -1 25 -1 1 -1 25 13\n";
        if (outcome.ready != is_moved || outcome.ended != 1 || outcome.end.value != 0 || strcmp(outcome.output, said) != 0) {
            failure = wrong("ready %d, ended %d with %d, failed at %s: `%s` `%s`", outcome.ready, outcome.ended,
                            outcome.end.value, plan_step_name(outcome.failure.step), outcome.output, outcome.error);
        }
        if (!failure && outcome.noticed != 2) failure = wrong("%d notices", outcome.noticed);
    }
    return done(failure);
}
static const char *ready_process_is_confined(void) { return ready_is_confined(0); }
static const char *late_process_is_confined(void) { return ready_is_confined(1); }

static void other_limit(void) { box.limits[0].value = 34; }
static void fewer_limits(void) { box.limit_count--; }
static void other_flags(void) { box_call(&box)->terms.flags &= ~(uint32_t)TERM_REPORT; }
static void other_user(void) { box_call(&box)->terms.uid = 0; }
static void other_mask(void) { box_call(&box)->terms.umask = 0; }
static void other_cookie(void) { box_call(&box)->terms.cookie_high++; }
static void no_filter(void) {
    box_call(&box)->terms.filter_fd = 0;
    box_call(&box)->terms.cookie_low = box_call(&box)->terms.cookie_high = 0;
    box_call(&box)->terms.flags &= ~(uint32_t)TERM_REPORT;
}
/* The same instructions in another file: what they are is not compared. */
static void other_filter(void) { box_filter(&box, program, sizeof program, LOW, HIGH); }

static const char *others_are_refused(void) {
    void (*const changes[])(void) = {other_limit, fewer_limits, other_flags,  other_user,
                                     other_mask,  other_cookie, other_filter, no_filter};
    const char *failure = open_template() < 0 ? "no template" : NULL;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0] && !failure; i++) {
        write_plans("print('ran')");
        changes[i]();
        if (serve(0) < 0) failure = "the host could not run it";
        if (failure) break;
        if (!outcome.failed || outcome.failure.step != STEP_PLAN || outcome.failure.value != EPROTO ||
            outcome.output[0] != '\0') {
            failure = wrong("change %zu: failed %d at %s with %d, said `%s`", i, outcome.failed,
                            plan_step_name(outcome.failure.step), outcome.failure.value, outcome.output);
        }
    }
    return done(failure);
}

/* A process that could not be made ready is the call's failure, not the template's. */
static const char *filter_that_does_not_load(void) {
    static const struct sock_filter broken[] = {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOW, 9, 9),
                                                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HIGH, 9, 9)};
    const int good = filter;
    filter = cs_memfd_sealed("filter", broken, sizeof broken);
    const char *failure = open_template() < 0 ? "no template" : NULL;
    for (int round = 0; round < 2 && !failure; round++) {
        write_plans("print('ran')");
        if (serve(0) < 0) failure = "the host could not run it";
        if (!failure && (!outcome.failed || outcome.failure.step != STEP_FILTER || outcome.output[0] != '\0')) {
            failure = wrong("failed %d at %s, said `%s`", outcome.failed, plan_step_name(outcome.failure.step),
                            outcome.output);
        }
    }
    close(filter);
    filter = good;
    return done(failure);
}

static const char *terms_of_a_single_call(void) {
    memset(&box, 0, sizeof box);
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_terms_ahead(&box);
    return expect_failure(&box, STEP_PLAN, EINVAL);
}

/* With a name for the audit: what the process was called before its program is gone with the exec, the name and the flags
 * passed the filter, and the program itself has no way to say either. */
static const char *name_for_the_audit(int is_ahead) {
    if (cs_landlock_abi() < 7) return NULL;
    const char *failure = is_ahead && open_template() < 0 ? "no template" : NULL;
    if (failure) return failure;
    make_filter();
    write_plans("import ctypes\n"
                "c = ctypes.CDLL(None, use_errno=True)\n"
                "print(open('/proc/self/comm').read().startswith('python3'))\n"
                "print(c.syscall(446, 0, 6, 0, 0, 0, ctypes.c_uint64(0)), ctypes.get_errno(), end=' ')\n"
                "try: open('/etc/passwd')\n"
                "except OSError as error: print(error.errno)\n");
    box_call(&box)->audit_name = writer_text(&box.call, "abcdefghijklmno");
    box_call(&box)->landlock.abi = box_view(&box)->landlock.abi = 7;
    if ((is_ahead ? serve(0) : box_run(&box, &outcome)) < 0) failure = "the host could not run it";
    if (!failure && (outcome.ended != 1 || strcmp(outcome.output, "True\n-1 25 13\n") != 0)) {
        failure = wrong("ended %d, failed at %s: `%s` `%s`", outcome.ended, plan_step_name(outcome.failure.step),
                        outcome.output, outcome.error);
    }
    return is_ahead ? done(failure) : failure;
}

static const char *name_of_a_ready_process(void) { return name_for_the_audit(1); }
static const char *name_of_a_cold_process(void) { return name_for_the_audit(0); }

static const char *name_that_is_none(void) {
    static const char *const names[] = {"", "abcdefghijklmnop"};
    const char *failure = NULL;
    make_filter();
    for (size_t i = 0; i < 3 && !failure; i++) {
        write_plans("");
        box_call(&box)->audit_name = writer_text(&box.call, i < 2 ? names[i] : "fine");
        box_call(&box)->landlock.abi = i < 2 ? 7 : 6; /* which tells the audit nothing */
        failure = expect_failure(&box, STEP_PLAN, EINVAL);
    }
    return failure;
}

const struct test_case terms_cases[] = {
    {"a process that is ready before its call is confined as any other", ready_process_is_confined},
    {"a slot that is moved has no process before its call", late_process_is_confined},
    {"a call with other terms than its slot's is refused", others_are_refused},
    {"a filter that does not load is the call's failure", filter_that_does_not_load},
    {"a view of a single call tells no terms ahead", terms_of_a_single_call},
    {"a process that is ready has the name for the audit, and its program does not", name_of_a_ready_process},
    {"so does a cold one", name_of_a_cold_process},
    {"a name for the audit that is too long, empty, or without Landlock of ABI 7 is refused", name_that_is_none},
    {NULL, NULL},
};
