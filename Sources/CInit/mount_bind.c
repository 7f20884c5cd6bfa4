/* What the view shows of the host. Attack: a file or folder that the plan does not name must not come along, so what
 * is mounted is the very inode that the host opened; set-uid files and devices in it mean nothing (nosuid, nodev).
 * Binds of folders take submounts along: an ordinary user may not split a tree that another user namespace mounted. */
#include "init.h"

#include "mounts.h"

static int is_directory(int fd, int *answer) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -1;
    *answer = S_ISDIR(status.st_mode);
    return 0;
}

int mount_bind(const struct mount_job *job) {
    int source = plan_descriptor(job->descriptors, job->mount->source_fd);
    int directory;
    if (is_directory(source, &directory) < 0) return -1;
    int tree = job->prepared->tree;
    if (tree < 0) {
        tree = reopen_tree(source, directory);
        if (tree < 0) return -1;
        if (cs_mount_attributes(tree, directory, mount_attributes(job->mount), -1) < 0) {
            int failure = errno;
            (void)close(tree);
            errno = failure;
            return -1;
        }
    }
    enum target_type type = directory ? TARGET_DIRECTORY : TARGET_FILE;
    return attach(tree, job->root, plan_text(job->plan, job->mount->target), type);
}
