/* As root, outer copies each source out of the host's mount namespace while it still stands there: inner runs as an
 * unprivileged host uid that may not even reach the paths, and only the host's root may map ids of a mount. As an
 * ordinary user nothing can be prepared here; inner opens the sources itself (reopen.c). */
#include "init.h"

#include "mounts.h"

#include <limits.h>

uint64_t mount_attributes(const struct plan_mount *mount) {
    uint64_t attributes = CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV;
    if (mount->flags & MOUNT_FLAG_READ_ONLY) attributes |= CS_MOUNT_READ_ONLY;
    if (mount->flags & MOUNT_FLAG_NO_EXEC) attributes |= CS_MOUNT_NO_EXEC;
    return attributes;
}

/* The folder that holds an overlay's upper and work, as one mount: overlayfs wants both on the same. */
static int copy_layers(const struct plan_mount *mount, const int *descriptors, struct prepared *prepared) {
    int upper = plan_descriptor(descriptors, mount->upper_fd);
    int parent = openat(upper, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) return -1;
    prepared->layers = cs_open_tree(parent, "", 0);
    int failure = errno;
    (void)close(parent);
    errno = failure;
    if (prepared->layers < 0) return -1;
    if (cs_mount_attributes(prepared->layers, 0, CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV, -1) < 0) return -1;
    prepared->upper = open_layer(prepared->layers, upper);
    if (prepared->upper < 0) return -1;
    prepared->work = open_layer(prepared->layers, plan_descriptor(descriptors, mount->work_fd));
    return prepared->work < 0 ? -1 : 0;
}

static int prepare(const struct plan_mount *mount, const int *descriptors, int user_namespace,
                   struct prepared *prepared) {
    int source = plan_descriptor(descriptors, mount->source_fd);
    int recursive = is_directory(source);
    if (recursive < 0) return -1;
    uint64_t attributes = mount_attributes(mount);
    if (mount->flags & MOUNT_FLAG_IDMAP) attributes |= CS_MOUNT_ID_MAP;
    if (mount->kind == MOUNT_OVERLAY) {
        recursive = 0; /* an overlay sees one mount of its lower, and that one is never written */
        attributes = (attributes | CS_MOUNT_READ_ONLY) & ~CS_MOUNT_NO_EXEC;
        if (copy_layers(mount, descriptors, prepared) < 0) return -1;
    }
    prepared->tree = cs_open_tree(source, "", recursive);
    if (prepared->tree < 0) return -1;
    return cs_mount_attributes(prepared->tree, recursive, attributes, user_namespace);
}

static int prepare_table(const struct received *received, struct plan_table table, struct prepared *prepared,
                         int user_namespace, struct report *report) {
    const struct plan_mount *mounts = plan_elements(received->plan, table);
    report->call = received->number;
    for (uint32_t i = 0; i < table.count; i++) {
        if (mounts[i].kind != MOUNT_BIND && mounts[i].kind != MOUNT_OVERLAY) continue;
        const int mapped = (mounts[i].flags & MOUNT_FLAG_IDMAP) != 0;
        if (mapped && user_namespace < 0) return failed_with(report, STEP_IDMAP, (int32_t)i, EINVAL);
        if (prepare(&mounts[i], received->descriptors, user_namespace, &prepared[i]) == 0) continue;
        return failed(report, mapped && prepared[i].tree >= 0 ? STEP_IDMAP : STEP_MOUNT, (int32_t)i);
    }
    return 0;
}

static void nothing_prepared(struct prepared *prepared) {
    for (size_t i = 0; i < PLAN_MAX_MOUNTS; i++) prepared[i] = nothing;
}

static int any_mapped(const struct received *received, struct plan_table table) {
    const struct plan_mount *mounts = plan_elements(received->plan, table);
    for (uint32_t i = 0; i < table.count; i++) {
        if (mounts[i].flags & MOUNT_FLAG_IDMAP) return 1;
    }
    return 0;
}

int step_trees(struct setup *setup, struct report *report) {
    const struct view_plan *view = view_of(setup);
    const struct call_plan *call = call_of(&setup->call);
    int user_namespace = -1;
    nothing_prepared(setup->view_trees);
    nothing_prepared(setup->call_trees);
    int mapped = any_mapped(&setup->view, view->mounts) || (call && any_mapped(&setup->call, call->mounts));
    if (mapped && (!setup->privileged || view->idmap_uid.count == 0)) {
        /* Only root maps ids; a plain mount instead would be a lie. */
        return failed_with(report, STEP_IDMAP, -1, EPERM);
    }
    if (!setup->privileged) return 0;
    if (mapped && step_user_namespace(view, &user_namespace, report) < 0) return -1;
    int answer = prepare_table(&setup->view, view->mounts, setup->view_trees, user_namespace, report);
    if (answer == 0 && call) {
        answer = prepare_table(&setup->call, call->mounts, setup->call_trees, user_namespace, report);
    }
    if (user_namespace >= 0) (void)close(user_namespace);
    return answer;
}
