/* That nothing outlives its call. A pipe tells: its write end is in every process of the call, so its read end comes to
 * an end only when the last of them is gone. */
#include "cases.h"

#include "pidfd.h"
#include "rights.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A shell that starts processes in every way that is hard to kill, says so, and waits. */
static const char *const stubborn = "trap '' TERM INT HUP; (setsid sh -c 'trap \"\" TERM; sleep 1000 & sleep 1000' &) ;"
                                    "(sleep 1000 &) ; echo up; sleep 1000";

static int wait_for_text(struct box *box) {
    char text[8];
    return read(box->output, text, sizeof text) > 0;
}

/* 1 once no process holds the output any more. */
static int wait_for_silence(struct box *box) {
    char text[64];
    struct pollfd event = {.fd = box->output, .events = POLLIN};
    while (poll(&event, 1, 10000) > 0) {
        if (read(box->output, text, sizeof text) <= 0) return 1;
    }
    return 0;
}

static int begin(struct box *box, struct host *host, const char *script) {
    box_begin(box);
    box_environment(box, "PATH=/usr/bin");
    box_shell(box, script);
    return box_start(box, host) == 0 && wait_for_text(box);
}

static const char *end(struct box *box, struct host *host, int kill_outer) {
    struct cs_exit result;
    if (kill_outer && cs_pidfd_send_signal(host->pidfd, SIGKILL) < 0) return "could not kill outer";
    if (!kill_outer) close(host->control);
    int silent = wait_for_silence(box);
    int reaped = cs_pidfd_wait(host->pidfd, 1, &result) == CS_WAIT_REAPED;
    close(host->pidfd);
    if (kill_outer) close(host->control);
    box_close(box);
    if (!silent) return "processes survived";
    return reaped ? NULL : "outer survived";
}

static const char *hang_up_kills(void) {
    static struct box box;
    struct host host;
    return begin(&box, &host, stubborn) ? end(&box, &host, 0) : "the call did not start";
}

static const char *death_of_outer_kills(void) {
    static struct box box;
    struct host host;
    return begin(&box, &host, stubborn) ? end(&box, &host, 1) : "the call did not start";
}

/* The host itself dies without a word, at whatever stage init is in. */
static const char *death_of_host_at_any_time_kills(void) {
    for (useconds_t delay = 0; delay < 6000; delay += 60) {
        static struct box box;
        struct host host;
        box_begin(&box);
        box_environment(&box, "PATH=/usr/bin");
        box_shell(&box, stubborn);
        pid_t child = fork();
        if (child == 0) {
            if (box_start(&box, &host) < 0) _exit(1);
            usleep(delay); /* not a wait for something: the moment is what is tried */
            kill(getpid(), SIGKILL);
        }
        for (size_t i = 1; i < box.call.count; i++) close(box.call.descriptors[i]);
        for (size_t i = 1; i < box.view.count; i++) close(box.view.descriptors[i]);
        waitpid(child, NULL, 0);
        int silent = wait_for_silence(&box);
        box_close(&box);
        if (!silent) return wrong("processes survived a death after %u µs", delay);
    }
    return NULL;
}

static const char *end_of_main_kills_the_rest(void) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "(setsid sh -c 'trap \"\" TERM HUP; sleep 1000' &) ; (sleep 1000 &) ; exit 7");
    if (box_run(&box, &outcome) < 0) return "the output never ended: processes survived";
    return outcome.end.value == 7 << 8 ? NULL : wrong("status 0x%x", (unsigned)outcome.end.value);
}

static const char *signals_reach_the_group(void) {
    static struct box box;
    static struct outcome outcome;
    struct host host;
    if (!begin(&box, &host, "trap 'echo got; exit 3' INT; echo up; while :; do sleep 0.01; done")) return "no start";
    const struct message message = {.kind = MESSAGE_SIGNAL, .call = 1, .value = SIGINT};
    if (cs_send(host.control, &message, sizeof message, NULL, 0) < 0) return "send";
    memset(&outcome, 0, sizeof outcome);
    if (box_collect(&box, &host, &outcome, 0) < 0) return "no end";
    close(host.control);
    close(host.pidfd);
    box_close(&box);
    if (strcmp(outcome.output, "got\n") != 0) return wrong("said `%s`", outcome.output);
    return outcome.end.value == 3 << 8 ? NULL : wrong("status 0x%x", (unsigned)outcome.end.value);
}

static const char *kill_message_ends_with_a_report(void) {
    static struct box box;
    static struct outcome outcome;
    struct host host;
    if (!begin(&box, &host, stubborn)) return "no start";
    const struct message message = {.kind = MESSAGE_SIGNAL, .call = 1, .value = SIGKILL};
    if (cs_send(host.control, &message, sizeof message, NULL, 0) < 0) return "send";
    memset(&outcome, 0, sizeof outcome);
    if (box_collect(&box, &host, &outcome, 0) < 0) return "processes survived";
    close(host.control);
    close(host.pidfd);
    box_close(&box);
    return outcome.ended && outcome.end.value == SIGKILL ? NULL : wrong("status 0x%x", (unsigned)outcome.end.value);
}

const struct test_case life_cases[] = {
    {"when the host hangs up everything dies", hang_up_kills},
    {"when outer is killed everything dies", death_of_outer_kills},
    {"when the host is killed at any moment everything dies", death_of_host_at_any_time_kills},
    {"when the main process ends everything else dies", end_of_main_kills_the_rest},
    {"a signal from the host reaches the call's group", signals_reach_the_group},
    {"a call that is killed still ends with a report", kill_message_ends_with_a_report},
    {NULL, NULL},
};
