/* Every operation on one file or folder, by its name: what a grant lets through is a row of a table. What succeeds is
 * undone again, so that the next operation finds what the last one found. */
#include "operations.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

static const char *target;

static const char *beside(void) {
    static char path[4096];
    snprintf(path, sizeof path, "%s.probe", target);
    return path;
}
static const char *within(void) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/probe-new", target);
    return path;
}
/* As it was: two lines of a script that does nothing. */
static int restore(void) {
    static const char text[] = "#!/bin/true\n";
    int fd = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (fd < 0) return errno;
    int error = write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1 ? 0 : errno;
    if (!error && fchmod(fd, 0755) < 0) error = errno;
    close(fd);
    return error;
}
static int look(void) {
    struct stat status;
    return outcome(stat(target, &status));
}
static int open_to_read(void) { return opened(target, O_RDONLY); }
static int open_to_write(void) { return opened(target, O_WRONLY); }
static int cut(void) {
    int error = outcome(truncate(target, 0));
    return error ? error : restore();
}
static int move(void) {
    if (rename(target, beside()) < 0) return errno == EBUSY ? EPERM : errno; /* what is mounted stays */
    return outcome(rename(beside(), target));
}
static int second_name(void) {
    if (link(target, beside()) < 0) return errno;
    return outcome(unlink(beside()));
}
static int removed(void) {
    int error = outcome(unlink(target));
    return error ? error : restore();
}
static int attribute(void) {
    int error = outcome(setxattr(target, "user.probe", "1", 1, 0));
    return error ? error : outcome(removexattr(target, "user.probe"));
}
static int mode(void) {
    struct stat status;
    if (stat(target, &status) < 0) return errno;
    return outcome(chmod(target, status.st_mode & 07777));
}
static int times(void) { return outcome(utimensat(AT_FDCWD, target, NULL, 0)); }
static int execute(void) {
    int status;
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        char *const words[] = {(char *)target, NULL}, *const none[] = {NULL};
        execve(target, words, none);
        _exit(errno);
    }
    if (waitpid(child, &status, 0) < 0) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}
static int map_code(void) {
    int fd = open(target, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? errno : 0;
}
static int list(void) {
    DIR *folder = opendir(target);
    if (!folder) return errno;
    closedir(folder);
    return 0;
}
static int create_within(void) {
    int error = opened(within(), O_WRONLY | O_CREAT | O_EXCL);
    return error ? error : outcome(unlink(within()));
}
static int node_within(void) {
    if (mkfifo(within(), 0600) < 0) return errno;
    return outcome(unlink(within()));
}
static int folder_within(void) {
    if (mkdir(within(), 0700) < 0) return errno;
    return outcome(rmdir(within()));
}
static int link_within(void) {
    if (symlink("/etc/passwd", within()) < 0) return errno;
    return outcome(unlink(within()));
}
static int make(void) {
    int error = opened(target, O_WRONLY | O_CREAT | O_EXCL);
    return error ? error : outcome(unlink(target));
}

static const struct attempt file_operations[] = {
    {"stat", look, 0},       {"open-read", open_to_read, 0}, {"open-write", open_to_write, 0},
    {"truncate", cut, 0},    {"rename", move, 0},            {"link", second_name, 0},
    {"unlink", removed, 0},  {"xattr", attribute, 0},        {"chmod", mode, 0},
    {"utime", times, 0},     {"exec", execute, 0},           {"mmap-exec", map_code, 0},
    {NULL, NULL, 0},
};
static const struct attempt folder_operations[] = {
    {"stat", look, 0},           {"readdir", list, 0},          {"create", create_within, 0},
    {"mknod", node_within, 0},   {"mkdir", folder_within, 0},   {"symlink", link_within, 0},
    {"rename", move, 0},         {"xattr", attribute, 0},       {"chmod", mode, 0},
    {"utime", times, 0},         {NULL, NULL, 0},
};
static const struct attempt missing_operations[] = {{"create", make, 0}, {NULL, NULL, 0}};

/* Not undone: what is published of it, the host sees. */
static int deface(void) {
    int fd = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    return fd < 0 ? errno : outcome(write(fd, "defaced\n", 8));
}
static const struct attempt deface_operations[] = {{"deface", deface, 0}, {NULL, NULL, 0}};

const struct attempt *operations_on(const char *kind, const char *path) {
    target = path;
    if (strcmp(kind, "--on-file") == 0) return file_operations;
    if (strcmp(kind, "--on-folder") == 0) return folder_operations;
    if (strcmp(kind, "--on-missing") == 0) return missing_operations;
    return strcmp(kind, "--deface") == 0 ? deface_operations : NULL;
}
