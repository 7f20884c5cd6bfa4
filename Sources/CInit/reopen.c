/* Without privileges the host's descriptors cannot be mounted: their mounts belong to the host's namespace, and
 * only inner's copy of it may be used. So inner follows the name that the kernel gives for the descriptor and
 * compares what it finds. Attack: somebody swaps a component of the path in between; then the inodes differ and the
 * call is refused. */
#include "init.h"

#include "decimal.h"
#include "mounts.h"

#include <limits.h>

int same_inode(int first, int second) {
    struct stat one, two;
    if (fstat(first, &one) < 0 || fstat(second, &two) < 0) return -1;
    if (one.st_dev == two.st_dev && one.st_ino == two.st_ino && (one.st_mode & S_IFMT) == (two.st_mode & S_IFMT)) {
        return 0;
    }
    errno = ESTALE;
    return -1;
}

static int host_path(int host, char *path) {
    char link[32] = "/proc/self/fd/";
    (void)append_decimal(link, strlen(link), (uint32_t)host, '\0');
    ssize_t size = readlink(link, path, PATH_MAX);
    if (size < 0) return -1;
    if (size >= PATH_MAX || path[0] != '/') {
        errno = ENOENT;
        return -1;
    }
    path[size] = '\0';
    return 0;
}

/* Keeps `copy` if it is the host's inode, else closes it. */
static int keep_if_same(int copy, int host) {
    if (copy < 0 || same_inode(copy, host) == 0) return copy;
    int failure = errno;
    (void)close(copy);
    errno = failure;
    return -1;
}

int reopen_tree(int host, int recursive) {
    char path[PATH_MAX];
    if (host_path(host, path) < 0) return -1;
    return keep_if_same(cs_open_tree(AT_FDCWD, path, recursive), host);
}

int reopen(int host) {
    char path[PATH_MAX];
    if (host_path(host, path) < 0) return -1;
    return keep_if_same(open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), host);
}

int open_layer(int folder, int host) {
    char path[PATH_MAX];
    if (host_path(host, path) < 0) return -1;
    const char *name = strrchr(path, '/') + 1; /* host_path saw that it begins with one */
    return keep_if_same(openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), host);
}
