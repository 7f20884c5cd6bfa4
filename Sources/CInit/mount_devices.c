/* A minimal /dev. Attack: device nodes are doors into the kernel and to hardware. Five that do nothing are shown, each a
 * bind of the host's (an ordinary user cannot make nodes), read-only so that nobody touches the host's inode. No
 * terminal, no ptmx: a call that may use its caller's terminal has it as a descriptor. */
#include "init.h"

#include "mounts.h"

#include <limits.h>

static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};
static const struct {
    const char *name, *content;
} links[] = {
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
};

static int bind_device(int folder, const char *name) {
    char path[32] = "/dev/";
    char target[32] = "/";
    struct stat status;
    strcat(path, name);
    strcat(target, name);
    int tree = cs_open_tree(AT_FDCWD, path, 0);
    if (tree < 0) return -1;
    if (fstat(tree, &status) < 0) goto failure;
    if (!S_ISCHR(status.st_mode)) {
        errno = ENODEV;
        goto failure;
    }
    if (cs_mount_attributes(tree, 0, CS_MOUNT_READ_ONLY | CS_MOUNT_NO_SUID | CS_MOUNT_NO_EXEC, -1) < 0) goto failure;
    return attach(tree, folder, target, TARGET_FILE);
failure:;
    int error = errno;
    (void)close(tree);
    errno = error;
    return -1;
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
    for (size_t i = 0; i < sizeof devices / sizeof devices[0] && answer == 0; i++) {
        answer = bind_device(folder, devices[i]);
    }
    for (size_t i = 0; i < sizeof links / sizeof links[0] && answer == 0; i++) {
        answer = symlinkat(links[i].content, folder, links[i].name);
    }
    if (answer == 0) answer = shared_memory(folder, job->mount->size);
    int failure = errno;
    (void)close(folder);
    errno = failure;
    return answer;
}
