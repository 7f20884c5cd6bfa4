/* tier-launcher [--landlock N | --landlock off] [--deny user-namespaces|mount|seccomp]… -- COMMAND…
 *
 * Runs a command under a kernel that lacks something. Exit status: the command's; 125 if the launcher itself fails. */
#include "tier.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

static int fail(const char *what) {
    fprintf(stderr, "tier-launcher: %s: %s\n", what, strerror(errno));
    return 125;
}

static int read_landlock(const char *word, struct tier *tier) {
    char *end;
    if (strcmp(word, "off") == 0) {
        tier->landlock_abi = 0;
        tier->landlock_errno = EOPNOTSUPP;
        return 0;
    }
    long abi = strtol(word, &end, 10);
    if (*word == '\0' || *end != '\0' || abi < 0 || abi > 7) return -1;
    tier->landlock_abi = (int)abi;
    return 0;
}

static int read_denial(const char *word, struct tier *tier) {
    if (strcmp(word, "user-namespaces") == 0) tier->deny_user_namespaces = true;
    else if (strcmp(word, "mount") == 0) tier->deny_mount = true;
    else if (strcmp(word, "seccomp") == 0) tier->deny_seccomp = true;
    else return -1;
    return 0;
}

/* The index of the command's first word; -1 if an option is unknown. */
static int read_options(int count, char **words, struct tier *tier) {
    for (int i = 1; i < count; i += 2) {
        if (strcmp(words[i], "--") == 0) return i + 1 < count ? i + 1 : -1;
        if (i + 1 >= count) return -1;
        int answer = -1;
        if (strcmp(words[i], "--landlock") == 0) answer = read_landlock(words[i + 1], tier);
        if (strcmp(words[i], "--deny") == 0) answer = read_denial(words[i + 1], tier);
        if (answer < 0) return -1;
    }
    return -1;
}

static void start(const struct tier *tier, char **command) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) _exit(fail("ptrace"));
    if (raise(SIGSTOP) != 0) _exit(fail("raise"));
    if (tier_load_filter(tier) < 0) _exit(fail("seccomp"));
    execvp(command[0], command);
    _exit(fail(command[0]));
}

int main(int count, char **words) {
    struct tier tier = {.landlock_abi = -1, .landlock_errno = ENOSYS};
    int first = read_options(count, words, &tier);
    if (first < 0) {
        fprintf(stderr, "usage: tier-launcher [--landlock N|off] [--deny user-namespaces|mount|seccomp]… -- COMMAND…\n");
        return 125;
    }
    pid_t child = fork();
    if (child < 0) return fail("fork");
    if (child == 0) start(&tier, words + first);
    return tier_trace(&tier, child);
}
