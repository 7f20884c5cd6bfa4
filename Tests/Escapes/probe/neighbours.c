/* Two calls at once, or one after the other: what one has and does, the other must not find. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>

enum { AS_MANY_AS_THERE_ARE = 32 };

/* The one: has files, a lock and, up to its limit, processes, and stays until it is ended. */
int occupy(void) {
    int fd = open(workspace_file(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) (void)flock(fd, LOCK_EX);
    static const char *const folders[] = {"/tmp", "/dev/shm", "/run", "/dev", "/home/agent"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/left-by-another-call", folders[i]);
        int left = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        if (left >= 0) close(left);
    }
    for (int i = 0; i < AS_MANY_AS_THERE_ARE; i++) {
        if (fork() == 0) {
            if (i % 2) setsid();
            prctl(PR_SET_NAME, "another-call");
            for (;;) pause();
        }
    }
    for (;;) pause();
    return 0;
}

/* The other. */
static int files_of_another(void) {
    static const char *const folders[] = {"/tmp", "/dev/shm", "/run", "/dev", "/home/agent"};
    char path[64];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, sizeof path, "%s/left-by-another-call", folders[i]);
        if (access(path, F_OK) == 0) return 0;
    }
    return WITHHELD;
}
static int name_of_another(void) {
    char path[300], name[32];
    DIR *folder = opendir("/proc");
    int found = WITHHELD;
    if (!folder) return errno;
    for (struct dirent *entry; (entry = readdir(folder));) {
        snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
        FILE *file = atoi(entry->d_name) > 0 ? fopen(path, "re") : NULL;
        if (!file) continue;
        if (fgets(name, sizeof name, file) && strcmp(name, "another-call\n") == 0) found = 0;
        fclose(file);
    }
    closedir(folder);
    return found;
}
static int lock_of_another(void) {
    int fd = open(workspace_file(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    return flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK ? 0 : WITHHELD;
}

const struct attempt neighbour_attempts[] = {
    {"files-of-another-call", files_of_another, ALONE},
    {"names-of-another-call", name_of_another, ALONE},
    {"lock-of-another-call", lock_of_another, ALONE},
    {NULL, NULL, 0},
};
