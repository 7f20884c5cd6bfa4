/* Ways to files that have no name in the view, and what the view says of where it came from. */
#include "probe.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

/* A view has users of its own. This one every system has. */
static int host_users(void) { return mentions("/etc/passwd", "daemon:"); }
static int host_passwords(void) { return opened("/etc/shadow", O_RDONLY); }
static int machine_id(void) { return opened("/etc/machine-id", O_RDONLY); }
static int host_logs(void) { return opened("/var/log", O_RDONLY | O_DIRECTORY); }
/* The host's keys: what a stolen folder would be worth most for. */
static int home_of_root(void) { return opened("/root", O_RDONLY | O_DIRECTORY); }
static int root_of_starter(void) { return opened(of_starter("root/etc/passwd"), O_RDONLY); }
static int folder_of_starter(void) { return opened(of_starter("cwd"), O_RDONLY | O_DIRECTORY); }
static int descriptors_of_starter(void) { return opened(of_starter("fd"), O_RDONLY | O_DIRECTORY); }

/* A descriptor of a host's folder that came along is a way to everything. */
static int leaked_folder(void) {
    char path[4096];
    if (!options.outside) return NOT_GIVEN;
    snprintf(path, sizeof path, "../../../../../../../..%s", options.outside);
    for (int fd = 3; fd < 1024; fd++) {
        if (faccessat(fd, path, R_OK, 0) == 0) return 0;
    }
    return WITHHELD;
}
/* Whoever became another program may write the one that it was: nobody executes it now. */
static int own_executable(void) { return opened(first_executable(), O_WRONLY); }
static int launcher_executable(void) { return opened(of_starter("exe"), O_WRONLY); }
/* The rights of Landlock do not cover marks; the executable is a file of the store, on whatever mount it was opened. */
static int mode_of_own_executable(void) {
    struct stat status;
    if (stat(first_executable(), &status) < 0) return errno;
    return outcome(chmod(first_executable(), status.st_mode & 07777));
}
static int times_of_own_executable(void) { return outcome(utimensat(AT_FDCWD, first_executable(), NULL, 0)); }
static int attribute_of_own_executable(void) { return outcome(setxattr(first_executable(), "user.probe", "1", 1, 0)); }

static int mentions_trail(const char *path) { return options.trail ? mentions(path, options.trail) : NOT_GIVEN; }
/* A folder of the host that is bound somewhere stands in the table with its path there. */
static int bind_and_look(void) {
    if (mount(options.workspace, options.workspace, NULL, MS_BIND, NULL) < 0) return errno;
    return mentions_trail("/proc/self/mountinfo") == 0 ? 0 : EPERM;
}
static int trail_in_mounts(void) {
    int error = mentions_trail("/proc/self/mountinfo");
    return error == WITHHELD && in_user_namespace(CLONE_NEWNS, bind_and_look) == 0 ? 0 : error;
}
static int trail_in_memory_map(void) { return mentions_trail("/proc/self/maps"); }
static int trail_in_links(void) {
    static const char *const links[] = {"/proc/self/exe", "/proc/self/cwd", "/proc/self/root",
                                        "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"};
    char text[4096];
    if (!options.trail) return NOT_GIVEN;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        ssize_t size = readlink(links[i], text, sizeof text);
        if (size > 0 && memmem(text, (size_t)size, options.trail, strlen(options.trail))) return 0;
    }
    return WITHHELD;
}
/* Folders of the view that every call sees: what one left there the next would find. */
static int write_beside(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    close(fd);
    return outcome(unlink(path));
}
static int write_root(void) { return write_beside("/agentbox-probe"); }
static int write_devices(void) { return write_beside("/dev/agentbox-probe"); }
static int write_run(void) { return write_beside("/run/agentbox-probe"); }
static int write_libraries(void) { return write_beside("/usr/lib/agentbox-probe.so"); }
static int preload_for_all(void) { return write_beside("/etc/ld.so.preload.probe"); }

const struct attempt path_attempts[] = {
    {"read-host-users", host_users, 0},
    {"read-host-passwords", host_passwords, NEEDS_ROOT},
    {"read-machine-id", machine_id, MAY_LACK},
    {"list-host-logs", host_logs, 0},
    {"list-home-of-root", home_of_root, NEEDS_ROOT},
    {"root-of-starter", root_of_starter, NEEDS_ROOT},
    {"working-directory-of-starter", folder_of_starter, NEEDS_ROOT},
    {"descriptors-of-starter", descriptors_of_starter, NEEDS_ROOT, "CVE-2016-9962"},
    {"leaked-folder", leaked_folder, 0, "CVE-2024-21626"},
    {"overwrite-own-executable", own_executable, 0, "CVE-2019-5736"},
    {"overwrite-launcher", launcher_executable, NEEDS_ROOT, "CVE-2019-5736"},
    {"chmod-own-executable", mode_of_own_executable, 0},
    {"utime-own-executable", times_of_own_executable, 0},
    {"setxattr-own-executable", attribute_of_own_executable, 0},
    {"host-path-in-mount-table", trail_in_mounts, 0},
    {"host-path-in-memory-map", trail_in_memory_map, 0},
    {"host-path-in-links-of-proc", trail_in_links, 0},
    {"write-root-folder", write_root, NEEDS_ROOT},
    {"write-dev-folder", write_devices, NEEDS_ROOT},
    {"write-run-folder", write_run, NEEDS_ROOT},
    {"plant-library", write_libraries, NEEDS_ROOT},
    {"plant-preload", preload_for_all, NEEDS_ROOT},
    {NULL, NULL, 0},
};
