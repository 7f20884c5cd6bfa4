/* What a call leaves in the place of the file that it may write: the host looks at it, and publishes it or not. */
#include "operations.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

static const char *place;

static int remake(mode_t mode) {
    if (unlink(place) < 0) return errno;
    int fd = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    return fd < 0 ? errno : outcome(fchmod(fd, mode));
}
static int set_user(void) { return remake(04755); }
static int set_group(void) { return remake(02755); }
static int writable_by_all(void) { return remake(0777); }
static int link_out(void) { return unlink(place) < 0 ? errno : outcome(symlink("/etc/passwd", place)); }
static int link_to_git(void) { return unlink(place) < 0 ? errno : outcome(symlink("../.git/config", place)); }
static int fifo(void) { return unlink(place) < 0 ? errno : outcome(mkfifo(place, 0666)); }
static int device(void) { return unlink(place) < 0 ? errno : outcome(mknod(place, S_IFCHR | 0666, makedev(1, 3))); }
static int folder(void) { return unlink(place) < 0 ? errno : outcome(mkdir(place, 0755)); }
static int attribute(void) { return outcome(setxattr(place, "user.probe", "1", 1, 0)); }

static const struct {
    const char *word;
    struct attempt operations[2];
} all[] = {
    {"--leave-set-user", {{"set-user", set_user, 0}}},
    {"--leave-set-group", {{"set-group", set_group, 0}}},
    {"--leave-writable-by-all", {{"writable-by-all", writable_by_all, 0}}},
    {"--leave-link-out", {{"link-out", link_out, 0}}},
    {"--leave-link-to-git", {{"link-to-git", link_to_git, 0}}},
    {"--leave-fifo", {{"fifo", fifo, 0}}},
    {"--leave-device", {{"device", device, 0}}},
    {"--leave-folder", {{"folder", folder, 0}}},
    {"--leave-attribute", {{"attribute", attribute, 0}}},
};

const struct attempt *leaving_at(const char *kind, const char *path) {
    place = path;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].word, kind) == 0) return all[i].operations;
    }
    return NULL;
}
