/* What the view shows of the host. Attack: a file or folder that the plan does not name must not come along, so what
 * is mounted is the very inode that the host opened; set-uid files and devices in it mean nothing (nosuid, nodev).
 * Binds of folders take submounts along: an ordinary user may not split a tree that another user namespace mounted. */
#include "init.h"

#include "mounts.h"

/* Nothing to do where outer did it (trees.c). */
int open_bind(const struct mount_job *job) {
    if (job->prepared->tree >= 0) return 0;
    int source = plan_descriptor(job->descriptors, job->mount->source_fd);
    int directory = is_directory(source);
    if (directory < 0) return -1;
    int tree = reopen_tree(source, directory);
    if (tree < 0) return -1;
    if (cs_mount_attributes(tree, directory, mount_attributes(job->mount), -1) < 0) {
        int failure = errno;
        (void)close(tree);
        errno = failure;
        return -1;
    }
    job->prepared->tree = tree;
    return 0;
}

int mount_tree(const struct mount_job *job) {
    int tree = job->prepared->tree;
    if (tree < 0) { /* the source may be missing */
        errno = ENOENT;
        return -1;
    }
    int directory = is_directory(tree);
    if (directory < 0) return -1;
    job->prepared->tree = -1; /* attached or not, it is closed */
    enum target_type type = directory ? TARGET_DIRECTORY : TARGET_FILE;
    return attach(tree, job->root, plan_text(job->plan, job->mount->target), type);
}
