/* Runs the cases one by one.
 *
 * usage: init-driver INIT [--list | [--as-user] CASE…]
 *
 * CASE is a promise; without any, all. With --as-user root becomes uid 1000 first, with a copy of INIT that this id can
 * execute. Exit status 1 if a promise is broken. */
#include "cases.h"

#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct test_case *const lists[] = {view_cases, call_cases,     life_cases,  write_cases,
                                                plan_cases, template_cases, notice_cases, terms_cases};

const char *wrong(const char *format, ...) {
    static char text[4096];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return text;
}

static const char *describe(const struct outcome *outcome) {
    return wrong("failed %d at %s with errno %d (index %d), ended %d with status 0x%x, said `%s` and `%s`",
                 outcome->failed, plan_step_name(outcome->failure.step), outcome->failure.value, outcome->failure.index,
                 outcome->ended, (unsigned)outcome->end.value, outcome->output, outcome->error);
}

const char *expect_success(struct box *box, struct outcome *outcome) {
    if (box_run(box, outcome) < 0) return "the host could not run the box";
    int good = !outcome->failed && outcome->started == 1 && outcome->ended == 1 &&
               outcome->end.value == 0 && outcome->init_status == 0;
    return good ? NULL : describe(outcome);
}

const char *expect_failure(struct box *box, enum plan_step step, int error) {
    static struct outcome outcome;
    if (box_run(box, &outcome) < 0) return "the host could not run the box";
    if (outcome.started || outcome.ended) return wrong("the call ran: `%s` `%s`", outcome.output, outcome.error);
    if (!outcome.failed || outcome.failure.step != step) return describe(&outcome);
    return error && outcome.failure.value != error ? describe(&outcome) : NULL;
}

const char *expect_output(const char *script, int landlock, const char *output) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, script);
    if (landlock) box_landlock(&box);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, output) == 0 ? NULL : wrong("said `%s` (%s)", outcome.output, outcome.error);
}

static int wanted(const char *promise, int count, char **arguments) {
    for (int i = 0; i < count; i++) {
        if (strcmp(promise, arguments[i]) == 0) return 1;
    }
    return count == 0;
}

static int become_user(void) {
    static char copy[256];
    struct stat status;
    if (!as_root()) return 0;
    int from = open(init_path, O_RDONLY | O_CLOEXEC);
    if (from < 0 || fstat(from, &status) < 0) return -1;
    if (setgroups(0, NULL) < 0 || setresgid(1000, 1000, 1000) < 0 || setresuid(1000, 1000, 1000) < 0) return -1;
    snprintf(copy, sizeof copy, "%s/agentbox-init", temporary_folder());
    int to = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (to < 0 || sendfile(to, from, NULL, (size_t)status.st_size) != status.st_size) return -1;
    init_path = copy;
    return close(to) | close(from);
}

int main(int count, char **arguments) {
    int broken = 0;
    if (count < 2) {
        fprintf(stderr, "usage: %s INIT [--list | CASE...]\n", arguments[0]);
        return 125;
    }
    init_path = arguments[1];
    const int list_only = count > 2 && strcmp(arguments[2], "--list") == 0;
    const int user = count > 2 && strcmp(arguments[2], "--as-user") == 0;
    if (user && become_user() < 0) {
        perror("could not become an ordinary user");
        return 2;
    }
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++) {
        for (const struct test_case *one = lists[list]; one->promise; one++) {
            if (list_only) {
                printf("%s\n", one->promise);
                continue;
            }
            if (!wanted(one->promise, count - 2 - user, arguments + 2 + user)) continue;
            const char *failure = one->run();
            printf("%s %s%s%s\n", failure ? "not ok" : "ok", one->promise, failure ? ": " : "", failure ? failure : "");
            fflush(stdout);
            broken += failure != NULL;
        }
    }
    return broken > 0;
}
