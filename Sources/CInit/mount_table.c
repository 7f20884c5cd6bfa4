/* The view's mounts, in the plan's order. */
#include "init.h"

/* What shows something of the host, or (proc) cannot be had without it: it is opened while the host's mounts are there, and
 * put into its place when they are on their way out. */
static int open_one(const struct mount_job *job) {
    switch (job->mount->kind) {
    case MOUNT_BIND: return open_bind(job);
    case MOUNT_OVERLAY: return open_overlay(job);
    case MOUNT_DEV: return open_devices(job);
    case MOUNT_PROC: return open_proc(job);
    default: return 0;
    }
}

static int mount_one(const struct mount_job *job) {
    switch (job->mount->kind) {
    case MOUNT_BIND:
    case MOUNT_OVERLAY:
    case MOUNT_PROC: return mount_tree(job);
    case MOUNT_TMPFS: return mount_tmpfs(job);
    case MOUNT_DEV: return mount_devices(job);
    case MOUNT_FILES: return mount_files(job);
    case MOUNT_SYMLINK:
    case MOUNT_DIRECTORY:
    case MOUNT_FILE: return mount_node(job);
    default: errno = EINVAL; return -1; /* plan_check lets no other through */
    }
}

static int for_each(int (*work)(const struct mount_job *), const struct received *plan, struct plan_table table,
                    struct prepared *prepared, int root, struct report *report) {
    const struct plan_mount *mounts = plan_elements(plan->plan, table);
    for (uint32_t i = 0; i < table.count; i++) {
        const struct mount_job job = {
            .plan = plan->plan,
            .mount = &mounts[i],
            .descriptors = plan->descriptors,
            .prepared = &prepared[i],
            .root = root,
        };
        if (work(&job) == 0) continue;
        if ((mounts[i].flags & MOUNT_FLAG_OPTIONAL) && errno == ENOENT) continue;
        return failed(report, STEP_MOUNT, (int32_t)i);
    }
    return 0;
}

int step_sources(const struct received *plan, struct plan_table table, struct prepared *prepared, int root,
                 struct report *report) {
    return for_each(open_one, plan, table, prepared, root, report);
}

int step_mounts(const struct received *plan, struct plan_table table, struct prepared *prepared, int root,
                struct report *report) {
    return for_each(mount_one, plan, table, prepared, root, report);
}

int step_own_file_systems(const struct received *plan, struct plan_table table, int root, struct report *report) {
    const struct plan_mount *mounts = plan_elements(plan->plan, table);
    struct prepared own = nothing;
    for (uint32_t i = 0; i < table.count; i++) {
        const uint32_t kind = mounts[i].kind;
        if (kind != MOUNT_TMPFS && kind != MOUNT_PROC && kind != MOUNT_FILES) continue;
        const struct mount_job job = {
            .plan = plan->plan, .mount = &mounts[i], .descriptors = plan->descriptors, .prepared = &own, .root = root};
        if (open_one(&job) < 0 || mount_one(&job) < 0) return failed(report, STEP_MOUNT, (int32_t)i);
    }
    return 0;
}
