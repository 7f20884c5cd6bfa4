/* What the caller says, and what attempts make of it. */
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

struct options options = {.workspace = "/workspace", .file = "README.md"};

static const struct {
    const char *name;
    const char **value;
} texts[] = {
    {"--workspace", &options.workspace},
    {"--file", &options.file},
    {"--outside", &options.outside},
    {"--abstract", &options.abstract},
    {"--socket", &options.socket},
    {"--inner-socket", &options.inner_socket},
    {"--inner-datagram", &options.inner_datagram},
    {"--inner-fifo", &options.inner_fifo},
    {"--shared", &options.shared},
    {"--home", &options.home},
    {"--trail", &options.trail},
    {"--host", &options.host},
    {"--registry", &options.registry},
    {"--program", &options.program},
};

int read_option(const char *name, const char *value) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) != 0) continue;
        *texts[i].value = value;
        return 1;
    }
    if (strcmp(name, "--other") == 0) options.other = atoi(value);
    else if (strcmp(name, "--port") == 0) options.port = atoi(value);
    else return 0;
    return 1;
}

const char *in_workspace(const char *name) {
    static char path[4][4096];
    static size_t next;
    char *text = path[next++ % 4];
    snprintf(text, sizeof path[0], "%s/%s", options.workspace, name);
    return text;
}

const char *workspace_file(void) { return in_workspace(options.file); }

int opened(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

int starter(void) {
    char path[64];
    int found = 1;
    snprintf(path, sizeof path, "/proc/%d/stat", getppid());
    FILE *stat = fopen(path, "re");
    if (!stat) return 1;
    if (fscanf(stat, "%*d (%*[^)]) %*c %d", &found) != 1 || found < 1) found = 1;
    fclose(stat);
    return found;
}

const char *of_starter(const char *name) {
    static char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", starter(), name);
    return path;
}

int needing(int capability, int error) { return prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 ? error : ENOENT; }

int mentions(const char *path, const char *text) {
    static char content[1 << 16];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    size_t size = 0;
    for (ssize_t count; size < sizeof content && (count = read(fd, content + size, sizeof content - size)) > 0;) {
        size += (size_t)count;
    }
    close(fd);
    return memmem(content, size, text, strlen(text)) ? 0 : WITHHELD;
}

const char *first_executable(void) {
    return fcntl(FIRST_EXECUTABLE, F_GETFD) < 0 ? "/proc/self/exe" : "/proc/self/fd/10";
}
