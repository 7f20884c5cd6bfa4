/* What an agent would like of the agentbox that runs it: its state, its executable, its registry's door. A tool has
 * even less business with them. */
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static const char *in_home(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", options.home, name);
    return path;
}
static int list_home(void) { return options.home ? opened(options.home, O_RDONLY | O_DIRECTORY) : NOT_GIVEN; }
static int list_runs(void) { return options.home ? opened(in_home("runs"), O_RDONLY | O_DIRECTORY) : NOT_GIVEN; }
/* The ledger: what it holds, and what it will say. */
static int read_ledger(void) { return options.home ? opened(in_home("ledger"), O_RDONLY | O_DIRECTORY) : NOT_GIVEN; }
static int plant_in_home(void) {
    if (!options.home) return NOT_GIVEN;
    int fd = open(in_home("probe"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    close(fd);
    return outcome(unlink(in_home("probe")));
}
static int plant_pin(void) {
    if (!options.home) return NOT_GIVEN;
    if (mkdir(in_home("probe"), 0700) < 0) return errno;
    return outcome(rmdir(in_home("probe")));
}
/* To the size that it has. Opening it would end with ETXTBSY while it runs, before the kernel looks at the mount. */
static int overwrite_program(void) {
    struct stat status;
    if (!options.program) return NOT_GIVEN;
    if (stat(options.program, &status) < 0) return errno;
    return outcome(truncate(options.program, status.st_size));
}
static int mode_of_program(void) { return options.program ? outcome(chmod(options.program, 0755)) : NOT_GIVEN; }
static int replace_program(void) {
    char path[4096];
    if (!options.program) return NOT_GIVEN;
    snprintf(path, sizeof path, "%s.probe", options.program);
    if (rename(options.program, path) < 0) return errno;
    return outcome(rename(path, options.program));
}
static int program_beside(void) {
    char path[4096];
    if (!options.program) return NOT_GIVEN;
    snprintf(path, sizeof path, "%s-probe", options.program);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (fd < 0) return errno;
    close(fd);
    return outcome(unlink(path));
}
/* Whoever owns the door decides who comes in, and can stand in front of it. */
static int mode_of_door(void) { return options.registry ? outcome(chmod(options.registry, 0666)) : NOT_GIVEN; }
static int owner_of_door(void) {
    return options.registry ? outcome(chown(options.registry, getuid(), getgid())) : NOT_GIVEN;
}
static int move_door(void) {
    char path[4096];
    if (!options.registry) return NOT_GIVEN;
    snprintf(path, sizeof path, "%s.probe", options.registry);
    if (rename(options.registry, path) < 0) return errno;
    return outcome(rename(path, options.registry));
}
static int door_beside(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!options.registry) return NOT_GIVEN;
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s2", options.registry);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return errno;
    return outcome(unlink(address.sun_path));
}
static int workspace_by_its_name(void) {
    char text[4096];
    if (!options.trail) return NOT_GIVEN;
    snprintf(text, sizeof text, "/tmp/%s", options.trail);
    return opened(text, O_RDONLY | O_DIRECTORY);
}
static int name_of_host(void) {
    char name[256];
    if (!options.host) return NOT_GIVEN;
    if (gethostname(name, sizeof name) < 0) return errno;
    return strcmp(name, options.host) == 0 ? 0 : WITHHELD;
}

const struct attempt box_attempts[] = {
    {"list-home-of-agentbox", list_home, 0},
    {"list-runs", list_runs, 0},
    {"read-ledger", read_ledger, 0},
    {"plant-file-in-home", plant_in_home, 0},
    {"plant-folder-in-home", plant_pin, 0},
    {"overwrite-agentbox", overwrite_program, 0, "CVE-2019-5736"},
    {"chmod-agentbox", mode_of_program, 0},
    {"replace-agentbox", replace_program, 0},
    {"plant-program-beside-agentbox", program_beside, 0},
    {"chmod-registry-socket", mode_of_door, 0},
    {"chown-registry-socket", owner_of_door, 0},
    {"move-registry-socket", move_door, 0},
    {"second-registry-socket", door_beside, 0},
    {"workspace-by-its-name", workspace_by_its_name, 0},
    {"name-of-host", name_of_host, 0},
    {NULL, NULL, 0},
};
