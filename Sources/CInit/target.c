/* Where a mount goes. Targets lie in the new root, but a later one may lie inside an earlier mount, the workspace,
 * whose names somebody else chose. Attack: a symbolic link there (`.git -> /usr`) moves the mount elsewhere; so no
 * component may be a link. */
#include "init.h"

#include "mounts.h"
#include "openat2.h"

#include <limits.h>

#define NO_LINKS (CS_RESOLVE_BENEATH | CS_RESOLVE_NO_SYMLINKS | CS_RESOLVE_NO_MAGICLINKS)
/* move_mount(2): the target is the descriptor itself. */
#define MOVE_MOUNT_BETWEEN_DESCRIPTORS 0x44u /* F_EMPTY_PATH | T_EMPTY_PATH */

static int open_beneath(int root, const char *path) {
    return cs_openat2(root, path, O_PATH | O_NOFOLLOW, 0, NO_LINKS);
}

/* Opens `path` (no leading slash), making each missing folder on the way; `root` itself if it is empty. */
static int open_folders(int root, const char *path, size_t length) {
    char part[PATH_MAX];
    if (length == 0) return root;
    if (length >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(part, path, length);
    part[length] = '\0';
    int folder = open_beneath(root, part);
    if (folder >= 0 || errno != ENOENT) return folder;
    for (size_t end = strcspn(part, "/");; end += 1 + strcspn(part + end + 1, "/")) {
        const char rest = part[end];
        part[end] = '\0';
        if (mkdirat(root, part, 0755) < 0 && errno != EEXIST) return -1;
        part[end] = rest;
        if (rest == '\0') return open_beneath(root, part);
    }
}

int open_parent(int root, const char *path, const char **name) {
    *name = strrchr(path, '/') + 1; /* plan_check saw that it is absolute */
    size_t length = (size_t)(*name - path);
    return open_folders(root, path + 1, length > 1 ? length - 2 : 0);
}

void close_parent(int root, int parent) {
    int failure = errno;
    if (parent != root) (void)close(parent);
    errno = failure;
}

static int make(int root, const char *path, enum target_type type, mode_t mode) {
    const char *name;
    int parent = open_parent(root, path, &name);
    if (parent < 0) return -1;
    int answer = type == TARGET_DIRECTORY ? mkdirat(parent, name, mode) : mknodat(parent, name, S_IFREG | mode, 0);
    int target = answer < 0 && errno != EEXIST ? -1 : open_beneath(parent, name);
    close_parent(root, parent);
    return target;
}

int open_target(int root, const char *path, enum target_type type, mode_t mode) {
    /* In the root itself most are not there yet: what is costs nothing but to be told so. */
    const int is_new = type == TARGET_DIRECTORY && strrchr(path, '/') == path && mkdirat(root, path + 1, mode) == 0;
    int target = open_beneath(root, path + 1);
    if (target >= 0 || is_new || errno != ENOENT) return target;
    return make(root, path, type, mode);
}

int is_directory(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -1;
    return S_ISDIR(status.st_mode);
}

int attach(int tree, int root, const char *path, enum target_type type) {
    int target = open_target(root, path, type, type == TARGET_DIRECTORY ? 0755 : 0444);
    int answer = target < 0 ? -1 : (int)syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_BETWEEN_DESCRIPTORS);
    int failure = errno;
    if (target >= 0) (void)close(target);
    (void)close(tree);
    errno = failure;
    return answer;
}
