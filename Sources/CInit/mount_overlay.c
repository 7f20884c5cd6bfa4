/* A workspace that may be written and does not change: lower is the workspace, upper takes the writes. Attack: a tool
 * that is killed, fails or lies must leave the workspace as it was; the host publishes from upper what the grant
 * covers. `volatile`: upper is thrown away or copied, so nobody needs it synced. `xino=off`: an untouched file keeps
 * the inode number by which a Landlock rule is checked (RULE_SAME_INODE). */
#include "init.h"

#include "decimal.h"
#include "mounts.h"

#include <limits.h>
#include <sys/mount.h>

/* Where prepared trees stand while overlayfs takes its own copies: kernels before 6.15 want them attached. */
#define LOWER_PLACE "/.lower"
#define LAYERS_PLACE "/.layers"

struct layers {
    int lower, folder, upper, work;
};

static int option(int context, const char *key, int fd) {
    char path[32] = "/proc/self/fd/";
    (void)append_decimal(path, strlen(path), (uint32_t)fd, '\0');
    return cs_fs_option(context, key, path);
}

static int mount_layers(const struct layers *layers, uint64_t attributes) {
    int context = cs_fs_open("overlay");
    if (context < 0) return -1;
    int answer = option(context, "lowerdir", layers->lower);
    if (answer == 0) answer = option(context, "upperdir", layers->upper);
    if (answer == 0) answer = option(context, "workdir", layers->work);
    if (answer == 0) answer = cs_fs_option(context, "userxattr", NULL);
    if (answer == 0) answer = cs_fs_option(context, "xino", "off");
    if (answer == 0) answer = cs_fs_option(context, "volatile", NULL);
    int tree = answer < 0 ? -1 : cs_fs_mount(context, attributes);
    int failure = errno;
    (void)close(context);
    errno = failure;
    return tree;
}

static int open_prepared(const struct mount_job *job, struct layers *layers) {
    const struct prepared *prepared = job->prepared;
    *layers = (struct layers){dup(prepared->tree), -1, dup(prepared->upper), dup(prepared->work)};
    if (layers->lower < 0 || layers->upper < 0 || layers->work < 0) return -1;
    if (attach(prepared->tree, job->root, LOWER_PLACE, TARGET_DIRECTORY) < 0) return -1;
    return attach(prepared->layers, job->root, LAYERS_PLACE, TARGET_DIRECTORY);
}

/* Without privileges: in inner's own copy of the host's mounts. */
static int open_named(const struct mount_job *job, struct layers *layers) {
    int upper = plan_descriptor(job->descriptors, job->mount->upper_fd);
    int parent = openat(upper, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) return -1;
    layers->folder = reopen(parent);
    int failure = errno;
    (void)close(parent);
    errno = failure;
    if (layers->folder < 0) return -1;
    layers->lower = reopen(plan_descriptor(job->descriptors, job->mount->source_fd));
    if (layers->lower < 0) return -1;
    layers->upper = open_layer(layers->folder, upper);
    if (layers->upper < 0) return -1;
    layers->work = open_layer(layers->folder, plan_descriptor(job->descriptors, job->mount->work_fd));
    return layers->work < 0 ? -1 : 0;
}

/* The overlay has its own copies; nobody shall find the originals in the view. */
static int remove_place(int root, const char *path) {
    if (fchdir(root) < 0) return -1;
    if (umount2(path + 1, MNT_DETACH | UMOUNT_NOFOLLOW) < 0) return -1;
    return unlinkat(root, path + 1, AT_REMOVEDIR);
}

static void close_layers(const struct layers *layers) {
    const int all[] = {layers->lower, layers->folder, layers->upper, layers->work};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i] >= 0) (void)close(all[i]);
    }
}

int open_overlay(const struct mount_job *job) {
    struct layers layers = {-1, -1, -1, -1};
    int answer = job->prepared->tree >= 0 ? open_prepared(job, &layers) : open_named(job, &layers);
    int tree = answer < 0 ? -1 : mount_layers(&layers, mount_attributes(job->mount));
    int failure = errno;
    close_layers(&layers);
    errno = failure;
    if (tree < 0) return -1;
    if (job->prepared->tree >= 0) {
        if (remove_place(job->root, LOWER_PLACE) < 0 || remove_place(job->root, LAYERS_PLACE) < 0) return -1;
    }
    job->prepared->tree = tree;
    return 0;
}
