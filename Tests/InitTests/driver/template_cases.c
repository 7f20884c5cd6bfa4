/* A template serves many calls from one view. That none of them finds anything of another. */
#include "cases.h"

#include "landlock.h"
#include "pidfd.h"
#include "rights.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct host template;
static struct box boxes[8];
static struct host slots[8];
static struct outcome outcomes[8];

static int open_template(void) {
    box_begin(&boxes[7]); /* for its view */
    if (box_start_template(&boxes[7], &template) < 0) return -1;
    box_close(&boxes[7]);
    return 0;
}

static int close_template(void) {
    struct cs_exit result;
    close(template.control);
    int reaped = cs_pidfd_wait(template.pidfd, 1, &result) == CS_WAIT_REAPED;
    close(template.pidfd);
    return reaped && result.status == 0 ? 0 : -1;
}

/* Hands a call to a new slot. */
static int begin(size_t index, const char *script) {
    struct box *box = &boxes[index];
    box_begin(box);
    box_environment(box, "PATH=/usr/bin");
    box_shell(box, script);
    box_landlock(box);
    box_limit(box, RLIMIT_NPROC, 8);
    box_finish_plans(box);
    memset(&outcomes[index], 0, sizeof outcomes[index]);
    if (box_start_slot(&template, &slots[index]) < 0) return -1;
    return box_send_call(box, &slots[index], 1);
}

static int finish(size_t index) {
    int answer = box_collect(&boxes[index], &slots[index], &outcomes[index], 0);
    close(slots[index].control);
    box_close(&boxes[index]);
    return answer;
}

static const char *expect(size_t index, const char *output) {
    struct outcome *outcome = &outcomes[index];
    if (finish(index) < 0) return "the host could not collect";
    if (outcome->started != 1 || outcome->ended != 1 || outcome->end.value != 0) {
        return wrong("call %zu: started %d, ended %d with %d, failed at %s with %d: `%s` `%s`", index,
                     outcome->started, outcome->ended, outcome->end.value,
                     plan_step_name(outcome->failure.step), outcome->failure.value, outcome->output, outcome->error);
    }
    return strcmp(outcome->output, output) == 0 ? NULL : wrong("call %zu said `%s`", index, outcome->output);
}

static const char *done(const char *failure) {
    int closed = close_template();
    if (failure) return failure;
    return closed == 0 ? NULL : "the template did not end well";
}

static int wait_for_text(size_t index) {
    char text[8];
    return read(boxes[index].output, text, sizeof text) > 0;
}

static const char *serves_one_after_another(void) {
    const char *failure = open_template() < 0 ? "no template" : NULL;
    for (int round = 0; round < 20 && !failure; round++) {
        /* Each is the second process of its namespace, and finds nothing of the one before. */
        if (begin(0, "echo $$; ls -A /tmp; touch /tmp/left; (sleep 1000 &)") < 0) failure = "not handed over";
        if (!failure) failure = expect(0, "2\n");
    }
    return done(failure);
}

static const uint64_t look = CS_LANDLOCK_EXECUTE | CS_LANDLOCK_READ_FILE | CS_LANDLOCK_READ_DIR;

static const struct landlock_rights *all_rights(void) {
    static struct landlock_rights rights;
    rights.abi = cs_landlock_abi();
    rights.fs = cs_landlock_fs_rights(rights.abi);
    rights.net = cs_landlock_net_rights(rights.abi);
    rights.scoped = cs_landlock_scopes(rights.abi);
    return &rights;
}

/* The view gives /usr and /tmp, the call /proc; nobody gives /dev. */
static void share_rules(struct box *box) {
    box_begin(box);
    box_environment(box, "PATH=/usr/bin");
    box_shell(box, "cat /proc/self/comm; echo x >/tmp/x && cat /tmp/x; ls /dev 2>/dev/null || echo no dev");
    box_view(box)->landlock = *all_rights();
    box_view_rule(box, look, "/usr");
    box_view_rule(box, all_rights()->fs, "/tmp");
    box_call(box)->landlock = *all_rights();
    box_call(box)->flags |= CALL_VIEW_RULES;
    box_rule(box, look, NULL, "/proc", 0);
}

static const char *rules_of_the_view_are_every_calls(void) {
    static const char *const output = "cat\nx\nno dev\n";
    static struct box box;
    static struct outcome outcome;
    memset(&box, 0, sizeof box);
    share_rules(&box);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, output) != 0) return wrong("cold said `%s`", outcome.output);
    memset(&boxes[7], 0, sizeof boxes[7]);
    share_rules(&boxes[7]);
    if (box_start_template(&boxes[7], &template) < 0) return "no template";
    box_close(&boxes[7]);
    for (int round = 0; round < 3 && !failure; round++) {
        memset(&boxes[0], 0, sizeof boxes[0]);
        share_rules(&boxes[0]);
        box_finish_plans(&boxes[0]);
        memset(&outcomes[0], 0, sizeof outcomes[0]);
        if (box_start_slot(&template, &slots[0]) < 0 || box_send_call(&boxes[0], &slots[0], 1) < 0) return "no slot";
        failure = expect(0, output);
    }
    return done(failure);
}

static const char *other_rights_than_the_views_are_refused(void) {
    static struct box box;
    memset(&box, 0, sizeof box);
    share_rules(&box);
    box_call(&box)->landlock.fs &= ~(uint64_t)CS_LANDLOCK_READ_FILE;
    box.rules[0].access &= ~(uint64_t)CS_LANDLOCK_READ_FILE;
    return expect_failure(&box, STEP_LANDLOCK_ABI, EPROTO);
}

static const char *a_rule_of_the_view_on_a_descriptor_is_refused(void) {
    static struct box box;
    memset(&box, 0, sizeof box);
    share_rules(&box);
    box.view_rules[0].flags = 0;
    return expect_failure(&box, STEP_PLAN, EINVAL);
}

static const char *calls_at_once_are_apart(void) {
    static const char *const script =
        "echo up; touch /tmp/mine; mkfifo /tmp/wait; i=0; while [ $i -lt 40 ]; do i=$((i+1)); sleep 0.01; done;"
        "ls /tmp | tr '\\n' ' '; set -- /proc/[0-9]*; echo $#; ls /proc/1/fd >/dev/null 2>&1 && echo open; true";
    const char *failure = open_template() < 0 ? "no template" : NULL;
    for (size_t i = 0; i < 4 && !failure; i++) {
        if (begin(i, script) < 0) failure = "not handed over";
    }
    for (size_t i = 0; i < 4 && !failure; i++) {
        if (!wait_for_text(i)) failure = "did not start";
    }
    /* Its shell and no more: pid 1 is not the call's to trace, so it is hidden. */
    for (size_t i = 0; i < 4 && !failure; i++) failure = expect(i, "mine wait 1\n");
    return done(failure);
}

static const char *limits_are_its_own(void) {
    /* Six sleeping processes of a limit of eight; the other call has its eight all the same. */
    static const char *const fill = "for i in 1 2 3 4 5 6; do sleep 1000 & done; echo up; wait";
    const char *failure = open_template() < 0 ? "no template" : NULL;
    if (!failure && (begin(0, fill) < 0 || !wait_for_text(0))) failure = "the first did not start";
    if (!failure && (begin(1, fill) < 0 || !wait_for_text(1))) failure = "the second did not start";
    if (!failure) {
        begin(2, "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2 & done; wait; echo all");
        finish(2);
        if (strstr(outcomes[2].output, "all")) failure = "a limit of eight let ten through";
    }
    for (size_t i = 0; i < 2; i++) {
        shutdown(slots[i].control, SHUT_WR);
        if (finish(i) < 0 && !failure) failure = "was not ended";
    }
    return done(failure);
}

static const char *hang_up_kills_one(void) {
    static const char *const stubborn = "trap '' TERM INT HUP; (setsid sh -c 'trap \"\" TERM; sleep 1000' &); echo up;"
                                        "sleep 1000";
    const char *failure = open_template() < 0 ? "no template" : NULL;
    if (!failure && (begin(0, stubborn) < 0 || !wait_for_text(0))) failure = "the first did not start";
    if (!failure && (begin(1, "echo up; sleep 0.5; echo alive") < 0 || !wait_for_text(1))) failure = "no second";
    if (!failure) {
        shutdown(slots[0].control, SHUT_WR);
        /* The pipes end when the last process is gone, and what is said comes before the end. */
        if (finish(0) < 0) failure = "processes survived";
        if (!failure && (outcomes[0].ended != 1 || !WIFSIGNALED(outcomes[0].end.value))) failure = "no word of its end";
        if (!failure) failure = expect(1, "alive\n");
    }
    return done(failure);
}

static const char *death_of_template_kills(int kill_outer) {
    const char *failure = open_template() < 0 ? "no template" : NULL;
    for (size_t i = 0; i < 3 && !failure; i++) {
        if (begin(i, "(setsid sleep 1000 &); echo up; sleep 1000") < 0 || !wait_for_text(i)) failure = "no start";
    }
    if (kill_outer) {
        if (cs_pidfd_send_signal(template.pidfd, SIGKILL) < 0) failure = "could not kill";
    } else {
        close(template.control);
    }
    for (size_t i = 0; i < 3 && !failure; i++) {
        if (finish(i) < 0) failure = "processes survived";
    }
    struct cs_exit result;
    if (cs_pidfd_wait(template.pidfd, 1, &result) != CS_WAIT_REAPED) failure = "outer survived";
    close(template.pidfd);
    if (kill_outer) close(template.control);
    return failure;
}
static const char *killed_template(void) { return death_of_template_kills(1); }
static const char *closed_template(void) { return death_of_template_kills(0); }

static const char *no_user_namespaces(void) {
    const char *failure = open_template() < 0 ? "no template" : NULL;
    /* No filter here: the kernel itself refuses. */
    if (!failure && begin(0, "unshare --user true 2>/dev/null || echo refused") < 0) failure = "not handed over";
    if (!failure) failure = expect(0, "refused\n");
    return done(failure);
}

static const char *bad_plan_ends_one(void) {
    const char *failure = open_template() < 0 ? "no template" : NULL;
    struct host slot;
    struct message message = {.kind = MESSAGE_CALL, .call = 1};
    size_t count;
    if (!failure && box_start_slot(&template, &slot) < 0) failure = "no slot";
    if (!failure) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (cs_send(slot.control, &message, sizeof message, &null, 1) < 0) failure = "could not send";
        close(null);
        int refused = 0;
        while (cs_receive(slot.control, &message, sizeof message, NULL, 0, &count, 0) == (ptrdiff_t)sizeof message) {
            refused = refused || (message.kind == MESSAGE_FAILED && message.step == STEP_PLAN);
        }
        close(slot.control);
        if (!refused) failure = "a plan that is none was not refused";
    }
    if (!failure && begin(0, "echo next") < 0) failure = "not handed over";
    if (!failure) failure = expect(0, "next\n");
    return done(failure);
}

static const char *mixed_use_is_refused(void) {
    if (open_template() < 0) return "no template";
    struct host slot;
    struct cs_exit result;
    struct box *box = &boxes[0];
    box_begin(box);
    box_shell(box, "echo both");
    box_finish_plans(box);
    int sent = box_start_slot(&template, &slot) == 0 && box_send_call(box, &template, 1) == 0;
    int reaped = cs_pidfd_wait(template.pidfd, 1, &result) == CS_WAIT_REAPED;
    close(template.control);
    close(template.pidfd);
    close(slot.control);
    char text[8];
    int said = read(box->output, text, sizeof text) > 0;
    box_close(box);
    if (!sent || !reaped) return "the template did not end";
    return said ? "a call was served beside slots" : NULL;
}

const struct test_case template_cases[] = {
    {"rules of the view are every call's, made before there is a call or not", rules_of_the_view_are_every_calls},
    {"a call that handles other rights than its view is refused", other_rights_than_the_views_are_refused},
    {"a rule of a view names no descriptor", a_rule_of_the_view_on_a_descriptor_is_refused},
    {"a template serves one call after another, each in namespaces of its own", serves_one_after_another},
    {"calls of one template at the same time see nothing of each other", calls_at_once_are_apart},
    {"calls of one template have limits of their own", limits_are_its_own},
    {"the end of a slot's socket kills all of its call, and nothing of another", hang_up_kills_one},
    {"the death of a template kills every call of it", killed_template},
    {"the end of a template's socket kills every call of it", closed_template},
    {"a call of a template gets no user namespace", no_user_namespaces},
    {"a plan that is none ends its slot, not the template", bad_plan_ends_one},
    {"a template that has slots serves no call itself", mixed_use_is_refused},
    {NULL, NULL},
};
