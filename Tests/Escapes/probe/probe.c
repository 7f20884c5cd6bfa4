/* usage: probe [--become PROGRAM] [OPTION VALUE]… [--only ATTEMPT]… [--area AREA]… [--destructive] [--control]
 *              [--list | --about | --occupy]
 *        probe [--on-file PATH | --on-folder PATH | --on-missing PATH | --deface PATH | --leave-… PATH]…
 *        probe --exchange PATH PATH: for ever
 *
 * The options that take a value are those of options.c; --control says that it runs outside of every sandbox.
 * Prints one JSON object a line: attempt, area, result (refused, succeeded, absent, skipped), detail, and
 * `"needs":"root"` where outside only root gets through, `"alone":true` where it has to be asked for by name, and the
 * advisory. */
#include "operations.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static const char *only[512], *only_areas[16];
static size_t only_count, area_count;
static int destructive, list_only, about, occupies, operates;

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

/* Outside nothing but the kernel's configuration and the host's equipment stand in the way of what MAY_LACK. */
static int lacks(const struct attempt *attempt, int error) {
    if (!options.control || (attempt->flags & MAY_LACK) == 0) return 0;
    switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENETUNREACH:
    case EADDRNOTAVAIL:
    case ENOPROTOOPT:
    case EOPNOTSUPP: return 1;
    default: return 0;
    }
}

static void print(const char *area, const struct attempt *attempt, const char *result, const char *detail) {
    printf("{\"attempt\":\"%s\",\"area\":\"%s\",", attempt->name, area);
    printf("\"result\":\"%s\",\"detail\":\"%s\"", result, detail);
    if (attempt->flags & NEEDS_ROOT) printf(",\"needs\":\"root\"");
    if (attempt->flags & ALONE) printf(",\"alone\":true");
    if (attempt->advisory) printf(",\"advisory\":\"%s\"", attempt->advisory);
    printf("}\n");
    fflush(stdout);
}

static void describe(const char *area, const struct attempt *attempt, int error) {
    const char *detail = error == 0           ? "done"
                         : error == NOT_GIVEN ? "needs an option that was not given"
                         : error == WITHHELD  ? "nothing to be had"
                                              : strerrorname_np(error);
    print(area, attempt, lacks(attempt, error) ? "absent" : judge(error), detail ? detail : "unknown error");
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

static int names(const char *const *list, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0) return 1;
    }
    return 0;
}

static int wanted(const struct area *area, const struct attempt *attempt) {
    if (only_count > 0) return names(only, only_count, attempt->name);
    if (area_count > 0 && !names(only_areas, area_count, area->name)) return 0;
    if (list_only) return 1;
    return (attempt->flags & ALONE) == 0 && (destructive || (attempt->flags & DESTRUCTIVE) == 0);
}

/* A call that a template serves has a /proc of its own over the template's; where all was built for it, only one. */
static int mounts_of_proc(void) {
    char line[4096];
    int count = 0;
    FILE *file = fopen("/proc/self/mountinfo", "re");
    while (file && fgets(line, sizeof line, file)) count += strstr(line, " / /proc ") != NULL;
    if (file) fclose(file);
    return count;
}

/* Holds on to the executable, and executes another with the rest of the words. */
static int become(char **words) {
    int fd = open("/proc/self/exe", O_PATH);
    if (fd < 0 || dup2(fd, FIRST_EXECUTABLE) < 0) return 2;
    close(fd);
    execv(words[0], words);
    perror(words[0]);
    return 2;
}

/* Tries every operation on something; 0 if that is not what the word asks for. */
static int operate(const char *word, const char *path) {
    const struct attempt *operation = operations_on(word, path);
    if (!operation) operation = leaving_at(word, path);
    if (!operation) return 0;
    for (; operation->name; operation++) try_one(path, operation);
    return 1;
}

static void parse(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        const char *word = arguments[i], *value = i + 1 < count ? arguments[i + 1] : NULL;
        if (strcmp(word, "--") == 0) continue; /* in front of options that a call gives */
        if (strcmp(word, "--destructive") == 0) destructive = 1;
        else if (strcmp(word, "--control") == 0) options.control = 1;
        else if (strcmp(word, "--list") == 0) list_only = 1;
        else if (strcmp(word, "--about") == 0) about = 1;
        else if (strcmp(word, "--occupy") == 0) occupies = 1;
        else if (value && strcmp(word, "--only") == 0 && only_count < 512) only[only_count++] = value, i++;
        else if (value && strcmp(word, "--area") == 0 && area_count < 16) only_areas[area_count++] = value, i++;
        else if (value && read_option(word, value)) i++;
        else if (value && operate(word, value)) operates = 1, i++;
        else {
            fprintf(stderr, "probe: what is `%s`?\n", word);
            exit(2);
        }
    }
}

int main(int count, char **arguments) {
    /* `exec-without-arguments` asks what it was started with. */
    if (getenv("PROBE_COUNTS_ARGUMENTS")) return count == 0 ? 0 : ENOSYS;
    /* A stream of ours that nobody reads any more is the attempt's to report. */
    signal(SIGPIPE, SIG_IGN);
    if (count > 2 && strcmp(arguments[1], "--become") == 0) return become(arguments + 2);
    if (count == 4 && strcmp(arguments[1], "--exchange") == 0) {
        for (;;) (void)syscall(SYS_renameat2, AT_FDCWD, arguments[2], AT_FDCWD, arguments[3], 2u);
    }
    parse(count, arguments);
    if (operates) return 0;
    if (occupies) return occupy();
    if (about) {
        printf("{\"mountsOfProc\":%d}\n", mounts_of_proc());
        return 0;
    }
    for (const struct area *area = areas; area->name; area++) {
        for (const struct attempt *attempt = area->attempts; attempt->name; attempt++) {
            if (!wanted(area, attempt)) continue;
            if (list_only) print(area->name, attempt, "listed", "");
            else try_one(area->name, attempt);
        }
    }
    return 0;
}
