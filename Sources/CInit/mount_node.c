/* Folders, links and small files of the root itself, which is read-only once it stands. */
#include "init.h"

static int write_node(int parent, const char *name, const char *text, mode_t mode) {
    /* Init has no umask that would cut the mode. */
    int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return -1;
    size_t size = strlen(text);
    ssize_t written = size ? write(file, text, size) : 0;
    int answer = written < 0 ? -1 : 0;
    int failure = written >= 0 && (size_t)written != size ? ENOSPC : errno;
    if (written >= 0 && (size_t)written != size) answer = -1;
    (void)close(file);
    errno = failure;
    return answer;
}

int mount_node(const struct mount_job *job) {
    const char *target = plan_text(job->plan, job->mount->target);
    const char *text = plan_text(job->plan, job->mount->text);
    const char *name;
    if (job->mount->kind == MOUNT_DIRECTORY) {
        int folder = open_target(job->root, target, TARGET_DIRECTORY, job->mount->mode);
        if (folder < 0) return -1;
        return close(folder);
    }
    int parent = open_parent(job->root, target, &name);
    if (parent < 0) return -1;
    int answer = job->mount->kind == MOUNT_SYMLINK ? symlinkat(text, parent, name)
                                                   : write_node(parent, name, text, job->mount->mode);
    close_parent(job->root, parent);
    return answer;
}
