/* The file systems that are new with every view. */
#include "init.h"

#include "decimal.h"
#include "mounts.h"

static int finish(int context, int mounted) {
    int failure = errno;
    (void)close(context);
    errno = failure;
    return mounted;
}

static const char *decimal(char *text, uint64_t number) {
    char digits[20];
    size_t count = 0, at = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) text[at++] = digits[--count];
    text[at] = '\0';
    return text;
}

static const char *octal(char *text, uint32_t mode) {
    for (size_t i = 0; i < 4; i++) text[i] = (char)('0' + ((mode >> (3 * (3 - i))) & 7));
    text[4] = '\0';
    return text;
}

/* Attack: filling memory through a tmpfs. Its bytes are bounded by `size`, and its inodes, which cost the kernel about
 * a kilobyte each and count as nothing, by one for each kilobyte. */
int new_tmpfs(uint64_t size, uint32_t mode, uint64_t attributes) {
    char number[24];
    int context = cs_fs_open("tmpfs");
    if (context < 0) return -1;
    int answer = cs_fs_option(context, "mode", octal(number, mode));
    if (answer == 0 && size) answer = cs_fs_option(context, "size", decimal(number, size));
    if (answer == 0 && size) answer = cs_fs_option(context, "nr_inodes", decimal(number, size / 1024 + 16));
    return finish(context, answer < 0 ? -1 : cs_fs_mount(context, attributes));
}

int mount_tmpfs(const struct mount_job *job) {
    int tree = new_tmpfs(job->mount->size, job->mount->mode, mount_attributes(job->mount));
    return tree < 0 ? -1 : attach(tree, job->root, plan_text(job->plan, job->mount->target), TARGET_DIRECTORY);
}

/* Attack: a secret that was swapped out is on the host's disk. A ramfs never is; it has no limit either, so it is made
 * read-only as soon as init has put there what it has to (files.c). */
int mount_files(const struct mount_job *job) {
    char number[24];
    int context = cs_fs_open("ramfs");
    if (context < 0) return -1;
    int answer = cs_fs_option(context, "mode", octal(number, job->mount->mode));
    int tree = finish(context, answer < 0 ? -1 : cs_fs_mount(context, mount_attributes(job->mount)));
    return tree < 0 ? -1 : attach(tree, job->root, plan_text(job->plan, job->mount->target), TARGET_DIRECTORY);
}

/* Attacks: /proc/sys is guarded by ownership only, /proc/PID of others shows arguments and environments. Only pids are
 * shown, and of them only those that the reader could trace anyway, whatever groups it is in. */
int new_proc(uint64_t attributes) {
    int context = cs_fs_open("proc");
    if (context < 0) return -1;
    int answer = cs_fs_option(context, "subset", "pid");
    if (answer == 0) answer = cs_fs_option(context, "hidepid", "ptraceable");
    return finish(context, answer < 0 ? -1 : cs_fs_mount(context, attributes | CS_MOUNT_NO_EXEC));
}

/* The kernel gives one only to who sees another whole: the host's, as long as it is there. */
int open_proc(const struct mount_job *job) {
    job->prepared->tree = new_proc(mount_attributes(job->mount));
    return job->prepared->tree < 0 ? -1 : 0;
}
