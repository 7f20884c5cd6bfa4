/* usage: probe [OPTION VALUE]… [--only ATTEMPT]… [--destructive] [--list]
 *
 * Options: --workspace DIR --file NAME --outside PATH --abstract NAME --socket PATH --other PID --port NUMBER
 * --inner-socket NAME --inner-datagram NAME --inner-fifo NAME.
 * Prints one JSON object a line: attempt, area, result (refused, succeeded, absent, skipped), detail, and
 * `"needs":"root"` where outside only root gets through. */
#include "probe.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct options options = {.workspace = "/workspace", .file = "README.md"};
static const char *only[256];
static size_t only_count;
static int destructive, list_only;

const struct area areas[] = {
    {"files", file_attempts},         {"git", git_attempts},           {"processes", process_attempts},
    {"ipc", ipc_attempts},            {"network", network_attempts},   {"kernel", kernel_attempts},
    {"tracing", tracing_attempts},    {"namespaces", namespace_attempts}, {"mounts", mount_attempts},
    {"terminal", terminal_attempts},  {"entry", entry_attempts},       {"secrets", secret_attempts},
    {"resources", resource_attempts}, {"survivors", survivor_attempts}, {NULL, NULL},
};

const char *in_workspace(const char *name) {
    static char path[4][4096];
    static size_t next;
    char *text = path[next++ % 4];
    snprintf(text, sizeof path[0], "%s/%s", options.workspace, name);
    return text;
}

static const char *judge(int error) {
    switch (error) {
    case 0: return "succeeded";
    case NOT_GIVEN: return "skipped";
    case ENOSYS:
    case EAFNOSUPPORT:
    case ESOCKTNOSUPPORT:
    case EPROTONOSUPPORT: return "absent";
    case EPERM:
    case EACCES:
    case EROFS:
    case ENOENT: /* what cannot be named cannot be touched */
    case ESRCH:
    case ECONNREFUSED:
    case ENETUNREACH:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case ENOMEM:
    case EAGAIN:
    case EXDEV:
    case WITHHELD: return "refused";
    default: return "succeeded";
    }
}

static void print(const char *area, const struct attempt *attempt, const char *result, const char *detail) {
    printf("{\"attempt\":\"%s\",\"area\":\"%s\",\"result\":\"%s\",\"detail\":\"%s\"%s}\n", attempt->name, area, result,
           detail, attempt->flags & NEEDS_ROOT ? ",\"needs\":\"root\"" : "");
    fflush(stdout);
}

static void describe(const char *area, const struct attempt *attempt, int error) {
    const char *detail = error == 0           ? "done"
                         : error == NOT_GIVEN ? "needs an option that was not given"
                         : error == WITHHELD  ? "nothing to be had"
                                              : strerrorname_np(error);
    print(area, attempt, judge(error), detail ? detail : "unknown error");
}

/* In a process of its own: a filter may kill it, and nothing that it does to itself spoils the next attempt. */
static void try_one(const char *area, const struct attempt *attempt) {
    int pipe_ends[2], error, status;
    char detail[64];
    if (pipe(pipe_ends) < 0) return describe(area, attempt, EAGAIN);
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) {
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        return print(area, attempt, "skipped", "could not fork for it");
    }
    if (child == 0) {
        close(pipe_ends[0]);
        error = attempt->run();
        if (write(pipe_ends[1], &error, sizeof error) != (ssize_t)sizeof error) _exit(1);
        _exit(0);
    }
    close(pipe_ends[1]);
    ssize_t count = read(pipe_ends[0], &error, sizeof error);
    close(pipe_ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (count == (ssize_t)sizeof error) return describe(area, attempt, error);
    snprintf(detail, sizeof detail, "killed by signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    print(area, attempt, "refused", detail);
}

static int wanted(const struct attempt *attempt) {
    for (size_t i = 0; i < only_count; i++) {
        if (strcmp(only[i], attempt->name) == 0) return 1;
    }
    return only_count == 0 && (destructive || (attempt->flags & DESTRUCTIVE) == 0);
}

static int read_option(const char *name, const char *value) {
    if (strcmp(name, "--workspace") == 0) options.workspace = value;
    else if (strcmp(name, "--file") == 0) options.file = value;
    else if (strcmp(name, "--outside") == 0) options.outside = value;
    else if (strcmp(name, "--abstract") == 0) options.abstract = value;
    else if (strcmp(name, "--socket") == 0) options.socket = value;
    else if (strcmp(name, "--inner-socket") == 0) options.inner_socket = value;
    else if (strcmp(name, "--inner-datagram") == 0) options.inner_datagram = value;
    else if (strcmp(name, "--inner-fifo") == 0) options.inner_fifo = value;
    else if (strcmp(name, "--other") == 0) options.other = atoi(value);
    else if (strcmp(name, "--port") == 0) options.port = atoi(value);
    else if (strcmp(name, "--only") == 0 && only_count < 256) only[only_count++] = value;
    else return 0;
    return 1;
}

int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--") == 0) continue; /* in front of options that a call gives */
        if (strcmp(arguments[i], "--destructive") == 0) destructive = 1;
        else if (strcmp(arguments[i], "--list") == 0) list_only = 1;
        else if (i + 1 < count && read_option(arguments[i], arguments[i + 1])) i++;
        else {
            fprintf(stderr, "probe: what is `%s`?\n", arguments[i]);
            return 2;
        }
    }
    for (const struct area *area = areas; area->name; area++) {
        for (const struct attempt *attempt = area->attempts; attempt->name; attempt++) {
            if (list_only) {
                printf("%s %s%s%s\n", area->name, attempt->name, attempt->flags & NEEDS_ROOT ? " root" : "",
                       attempt->flags & DESTRUCTIVE ? " destructive" : "");
            } else if (wanted(attempt)) {
                try_one(area->name, attempt);
            }
        }
    }
    return 0;
}
