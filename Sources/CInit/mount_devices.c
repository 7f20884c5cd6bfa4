/* A minimal /dev. Attack: device nodes are doors into the kernel and to hardware. Five that do nothing are shown, each
 * a bind of the host's (an ordinary user cannot make nodes), read-only so that nobody touches the host's inode. No
 * ptmx, and no terminal but `tty` where it is asked for: that opens the one that the process's own session has. */
#include "init.h"

#include "mounts.h"

#include <limits.h>

static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
enum { DEVICES = sizeof devices / sizeof devices[0] };
static int trees[DEVICES]; /* the host's, each as a mount of its own */

static size_t device_count(const struct mount_job *job) {
    return job->mount->flags & MOUNT_FLAG_TERMINAL ? DEVICES : DEVICES - 1;
}

static const struct {
    const char *name, *content;
} links[] = {
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
};

static int open_device(const char *name, int *tree) {
    char path[32] = "/dev/";
    struct stat status;
    strcat(path, name);
    *tree = cs_open_tree(AT_FDCWD, path, 0);
    if (*tree < 0 || fstat(*tree, &status) < 0) return -1;
    if (!S_ISCHR(status.st_mode)) {
        errno = ENODEV;
        return -1;
    }
    return cs_mount_attributes(*tree, 0, CS_MOUNT_READ_ONLY | CS_MOUNT_NO_SUID | CS_MOUNT_NO_EXEC, -1);
}

int open_devices(const struct mount_job *job) {
    for (size_t i = 0; i < device_count(job); i++) {
        if (open_device(devices[i], &trees[i]) < 0) return -1;
    }
    return 0;
}

/* The folder is ours and new, so names in it are what they seem. */
static int mount_device(int tree, int folder, const char *name) {
    int answer = mknodat(folder, name, S_IFREG | 0444, 0);
    if (answer == 0) answer = cs_move_mount(tree, folder, name);
    int failure = errno;
    (void)close(tree);
    errno = failure;
    return answer;
}

static int shared_memory(int folder, uint64_t size) {
    if (size == 0) return symlinkat("/tmp", folder, "shm");
    int tree = new_tmpfs(size, 01777, CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV | CS_MOUNT_NO_EXEC);
    return tree < 0 ? -1 : attach(tree, folder, "/shm", TARGET_DIRECTORY);
}

int mount_devices(const struct mount_job *job) {
    int folder = open_target(job->root, plan_text(job->plan, job->mount->target), TARGET_DIRECTORY, 0755);
    if (folder < 0) return -1;
    int answer = 0;
    for (size_t i = 0; i < device_count(job) && answer == 0; i++) answer = mount_device(trees[i], folder, devices[i]);
    for (size_t i = 0; i < sizeof links / sizeof links[0] && answer == 0; i++) {
        answer = symlinkat(links[i].content, folder, links[i].name);
    }
    if (answer == 0) answer = shared_memory(folder, job->mount->size);
    int failure = errno;
    (void)close(folder);
    errno = failure;
    return answer;
}
