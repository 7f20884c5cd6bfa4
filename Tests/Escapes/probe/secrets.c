/* What the host may have left behind: in the environment, in descriptors, in the process's own rights. */
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* The test plants these in the host's environment. */
static int environment(void) { return getenv("AGENTBOX_PROBE_SECRET") ? 0 : WITHHELD; }
static int path_of_home(void) {
    const char *home = getenv("HOME");
    return home && strcmp(home, "/root/agentbox-probe") == 0 ? 0 : WITHHELD;
}
/* Descriptors 3 and 4 may be the attempt's own pipe; the test plants its descriptor at 20 or above. */
static int descriptors(void) {
    for (int fd = 20; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) return 0;
    }
    return WITHHELD;
}
static int standard_input_leads_out(void) {
    struct stat status;
    if (fstat(0, &status) < 0) return errno;
    return S_ISDIR(status.st_mode) ? 0 : WITHHELD;
}
static int capabilities(void) {
    char line[256];
    int found = WITHHELD;
    FILE *file = fopen("/proc/self/status", "re");
    if (!file) return errno;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "Cap", 3) == 0 && strspn(line + 8, "0") < 16) found = 0;
    }
    fclose(file);
    return found;
}
static int privileges_by_exec(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 0 : WITHHELD; }
static int host_identity(void) {
    char text[64] = "";
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    ssize_t count = read(fd, text, sizeof text);
    close(fd);
    return count > 0 ? 0 : WITHHELD;
}
static int core_dumps(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) < 0) return errno;
    return limit.rlim_max <= 1 ? WITHHELD : 0; /* 1: none, not even to a pipe */
}
static int become(uid_t user) {
    if (setresuid(user, user, user) == 0) return 0;
    return errno == EINVAL ? WITHHELD : errno; /* an id that is not mapped here is nobody */
}
static int become_root(void) { return become(0); }
static int become_nobody(void) { return become(65534); }

const struct attempt secret_attempts[] = {
    {"environment-of-host", environment, 0},
    {"home-of-host", path_of_home, 0},
    {"leaked-descriptors", descriptors, 0},
    {"folder-on-standard-input", standard_input_leads_out, NEEDS_ROOT},
    {"capabilities-in-any-set", capabilities, 0},
    {"new-privileges-by-exec", privileges_by_exec, 0},
    {"boot-id-of-host", host_identity, 0},
    {"core-dumps", core_dumps, 0},
    {"setuid-0", become_root, NEEDS_ROOT},
    {"setresuid-nobody", become_nobody, NEEDS_ROOT},
    {NULL, NULL, 0},
};
