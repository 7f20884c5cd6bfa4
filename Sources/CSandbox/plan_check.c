#include "system.h"

#include "include/plan_check.h"

#include <sys/resource.h>

/* A plan under inspection. The host writes plans, but a mistake there must end as an error here, never as a read or a
 * jump somewhere else: this code alone decides what the rest of init may follow without looking. */
struct inspection {
    const unsigned char *bytes;
    size_t size;
    size_t descriptors;
    size_t text_budget; /* what may still be scanned: many references to one long string would take quadratic time */
};

enum { TABLE_ALIGNMENT = 8, MAX_ENTRIES = 65536, MAX_ID_MAPS = 340 /* of user_namespaces(7) */ };
enum { MAX_NOTICES = 1024, SYSTEM_CALL_ARGUMENTS = 6 };

static int check_table(const struct inspection *plan, struct plan_table table, size_t element, size_t most) {
    if (table.count == 0) return 0;
    if (table.count > most) return E2BIG;
    if (table.offset < sizeof(struct plan_header) || table.offset % TABLE_ALIGNMENT != 0) return EINVAL;
    if (table.offset > plan->size || (plan->size - table.offset) / element < table.count) return EINVAL;
    return 0;
}

static int check_text(struct inspection *plan, uint32_t offset) {
    if (offset < sizeof(struct plan_header) || offset >= plan->size) return EINVAL;
    size_t rest = plan->size - offset;
    const unsigned char *end = memchr(plan->bytes + offset, 0, rest < plan->text_budget ? rest : plan->text_budget);
    if (!end) return rest < plan->text_budget ? EINVAL : E2BIG;
    plan->text_budget -= (size_t)(end - (plan->bytes + offset));
    return 0;
}

/* Absolute, no empty, `.` or `..` component, no trailing slash; `/` itself only where `root` is set. */
static int check_path(struct inspection *plan, uint32_t offset, int root) {
    int failure = check_text(plan, offset);
    if (failure) return failure;
    const char *path = (const char *)plan->bytes + offset;
    if (path[0] != '/') return EINVAL;
    if (path[1] == '\0') return root ? 0 : EINVAL;
    while (*path == '/') {
        path++;
        size_t length = strcspn(path, "/");
        if (length == 0 || length > 255) return EINVAL;
        if (length == 1 && path[0] == '.') return EINVAL;
        if (length == 2 && path[0] == '.' && path[1] == '.') return EINVAL;
        path += length;
    }
    return 0;
}

static int check_descriptor(const struct inspection *plan, int32_t index, int required) {
    if (index <= 0) return required ? EBADF : 0;
    return (size_t)index < plan->descriptors ? 0 : EBADF;
}

static int check_mount(struct inspection *plan, const struct plan_mount *mount) {
    const uint32_t known = MOUNT_FLAG_READ_ONLY | MOUNT_FLAG_NO_EXEC | MOUNT_FLAG_IDMAP | MOUNT_FLAG_OPTIONAL |
                           MOUNT_FLAG_TERMINAL;
    const int overlay = mount->kind == MOUNT_OVERLAY;
    const int source = overlay || mount->kind == MOUNT_BIND;
    if (mount->kind < MOUNT_BIND || mount->kind > MOUNT_FILES) return EINVAL;
    if ((mount->flags & ~known) != 0 || mount->mode > 07777) return EINVAL;
    if ((mount->flags & MOUNT_FLAG_IDMAP) && !source) return EINVAL;
    if ((mount->flags & MOUNT_FLAG_TERMINAL) && mount->kind != MOUNT_DEV) return EINVAL;
    int failure = check_path(plan, mount->target, 0);
    const int text = mount->kind == MOUNT_SYMLINK || mount->kind == MOUNT_FILE;
    if (!failure && text) failure = check_text(plan, mount->text);
    if (!failure) failure = check_descriptor(plan, mount->source_fd, source);
    if (!failure) failure = check_descriptor(plan, mount->upper_fd, overlay);
    if (!failure) failure = check_descriptor(plan, mount->work_fd, overlay);
    return failure;
}

static int check_mounts(struct inspection *plan, struct plan_table table) {
    int failure = check_table(plan, table, sizeof(struct plan_mount), PLAN_MAX_MOUNTS);
    if (failure || table.count == 0) return failure;
    const struct plan_mount *mounts = (const void *)(plan->bytes + table.offset);
    for (uint32_t i = 0; i < table.count && !failure; i++) failure = check_mount(plan, &mounts[i]);
    return failure;
}

static int check_port_rule(const struct landlock_rule *rule, uint64_t handled, int is_views) {
    if (is_views || rule->flags != RULE_PORT || rule->fd > 0 || rule->path != 0) return EINVAL;
    if (rule->port > UINT16_MAX) return EINVAL;
    return rule->access == 0 || (rule->access & ~handled) != 0 ? EINVAL : 0;
}

static int check_rules(struct inspection *plan, struct plan_table table, const struct landlock_rights *rights,
                       int is_views) {
    const uint64_t handled = rights->fs;
    int failure = check_table(plan, table, sizeof(struct landlock_rule), MAX_ENTRIES);
    if (failure || table.count == 0) return failure;
    if (handled == 0) return EINVAL; /* rules without Landlock: somebody expects a wall that is not there */
    const struct landlock_rule *rules = (const void *)(plan->bytes + table.offset);
    for (uint32_t i = 0; i < table.count && !failure; i++) {
        const struct landlock_rule *rule = &rules[i];
        if (rule->flags & RULE_PORT) {
            failure = check_port_rule(rule, rights->net, is_views);
            continue;
        }
        if (rule->port != 0) return EINVAL;
        const int in_view = (rule->flags & RULE_IN_VIEW) != 0;
        const int same = (rule->flags & RULE_SAME_INODE) != 0;
        if (rule->flags & ~(uint32_t)(RULE_IN_VIEW | RULE_SAME_INODE | RULE_OPTIONAL)) return EINVAL;
        if (rule->access == 0 || (rule->access & ~handled) != 0) return EINVAL;
        if (!in_view && (rule->flags & (RULE_SAME_INODE | RULE_OPTIONAL))) return EINVAL;
        if (is_views && (!in_view || same || rule->fd > 0)) return EINVAL;
        failure = check_descriptor(plan, rule->fd, !in_view || same);
        if (!failure && in_view) failure = check_path(plan, rule->path, 1);
    }
    return failure;
}

static int check_limits(const struct inspection *plan, struct plan_table table) {
    int failure = check_table(plan, table, sizeof(struct plan_limit), RLIM_NLIMITS);
    if (failure || table.count == 0) return failure;
    const struct plan_limit *limits = (const void *)(plan->bytes + table.offset);
    for (uint32_t i = 0; i < table.count; i++) {
        if (limits[i].resource >= RLIM_NLIMITS) return EINVAL;
    }
    return 0;
}

static int check_texts(struct inspection *plan, struct plan_table table) {
    int failure = check_table(plan, table, sizeof(uint32_t), MAX_ENTRIES);
    if (failure || table.count == 0) return failure;
    const uint32_t *offsets = (const void *)(plan->bytes + table.offset);
    for (uint32_t i = 0; i < table.count && !failure; i++) failure = check_text(plan, offsets[i]);
    return failure;
}

static int check_terms(const struct inspection *plan, const struct call_terms *terms) {
    const uint32_t listening = TERM_REPORT | TERM_REPORT_ENOSYS | TERM_TRACE;
    const uint32_t known = TERM_NEW_SESSION | TERM_TERMINAL | listening;
    if ((terms->flags & ~known) != 0 || terms->umask > 0777) return EINVAL;
    if ((terms->flags & TERM_TERMINAL) && !(terms->flags & TERM_NEW_SESSION)) return EINVAL;
    if ((terms->cookie_low || terms->cookie_high) && terms->cookie_low == terms->cookie_high) return EINVAL;
    /* Without a filter there is nothing to hear of: somebody expects reports that will not come. */
    if ((terms->flags & listening) && (terms->filter_fd <= 0 || (terms->cookie_low == 0 && terms->cookie_high == 0))) {
        return EINVAL;
    }
    int failure = check_descriptor(plan, terms->filter_fd, 0);
    return failure ? failure : check_limits(plan, terms->limits);
}

static int check_notices(const struct inspection *plan, const struct call_plan *call) {
    int failure = check_table(plan, call->notices, sizeof(struct notice_shape), MAX_NOTICES);
    if (failure || call->notices.count == 0) return failure;
    const struct notice_shape *shapes = (const void *)(plan->bytes + call->notices.offset);
    for (uint32_t i = 0; i < call->notices.count; i++) {
        if (shapes[i].values >= 1u << SYSTEM_CALL_ARGUMENTS) return EINVAL;
        if (i > 0 && shapes[i].number <= shapes[i - 1].number) return EINVAL;
        for (size_t t = 0; t < NOTICE_TEXTS; t++) {
            const struct text_shape *text = &shapes[i].texts[t];
            const uint32_t last = text->kind == TEXT_ADDRESS ? text->argument + 1 : text->argument;
            if (text->kind > TEXT_ADDRESS || text->argument >= SYSTEM_CALL_ARGUMENTS) return EINVAL;
            if (last >= SYSTEM_CALL_ARGUMENTS) return EINVAL;
            if (text->folder < -1 || text->folder >= SYSTEM_CALL_ARGUMENTS) return EINVAL;
        }
    }
    return 0;
}

static int begin(struct inspection *plan, const void *bytes, size_t size, size_t descriptors, uint32_t kind) {
    const struct plan_header *header = bytes;
    *plan = (struct inspection){.bytes = bytes, .size = size, .descriptors = descriptors};
    plan->text_budget = 4u * (size_t)PLAN_MAX_SIZE;
    if (size < sizeof *header) return EPROTO;
    if (header->magic != PLAN_MAGIC || header->version != PLAN_VERSION || header->kind != kind) return EPROTO;
    if (size > PLAN_MAX_SIZE || descriptors > PLAN_MAX_DESCRIPTORS) return E2BIG;
    return header->size == size ? 0 : EINVAL;
}

static int check_listeners(const struct inspection *plan, struct plan_table table) {
    int failure = check_table(plan, table, sizeof(struct plan_listener), PLAN_MAX_LISTENERS);
    if (failure || table.count == 0) return failure;
    const struct plan_listener *listeners = (const void *)(plan->bytes + table.offset);
    for (uint32_t i = 0; i < table.count; i++) {
        if (listeners[i].is_version_6 > 1 || listeners[i].port == 0 || listeners[i].port > 65535) return EINVAL;
    }
    return 0;
}

static int check_file(struct inspection *plan, const struct plan_file *file) {
    int failure = check_text(plan, file->name);
    if (failure) return failure;
    const char *name = (const char *)plan->bytes + file->name;
    const size_t length = strlen(name);
    if (length == 0 || length > 255 || strcspn(name, "/") != length) return EINVAL;
    if (name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'))) return EINVAL;
    return check_descriptor(plan, file->fd, 1);
}

static int check_files(struct inspection *plan, const struct call_plan *call) {
    int failure = check_table(plan, call->files, sizeof(struct plan_file), PLAN_MAX_FILES);
    if (!failure) failure = check_table(plan, call->inherited, sizeof(int32_t), PLAN_MAX_INHERITED);
    if (failure) return failure;
    if (call->files.count > 0 && call->files_folder == 0) return EINVAL;
    if (call->files_folder) failure = check_path(plan, call->files_folder, 0);
    const struct plan_file *files = (const void *)(plan->bytes + call->files.offset);
    for (uint32_t i = 0; i < call->files.count && !failure; i++) failure = check_file(plan, &files[i]);
    const int32_t *inherited = (const void *)(plan->bytes + call->inherited.offset);
    for (uint32_t i = 0; i < call->inherited.count && !failure; i++) failure = check_descriptor(plan, inherited[i], 1);
    return failure;
}

int plan_check_view(const void *bytes, size_t size, size_t descriptors) {
    struct inspection plan;
    const struct view_plan *view = bytes;
    int failure = begin(&plan, bytes, size, descriptors, PLAN_VIEW);
    if (failure) return failure;
    const uint32_t known = VIEW_ONE_CALL | VIEW_LOOPBACK | VIEW_HOST_NETWORK | VIEW_TERMS;
    if (size < sizeof *view || (view->flags & ~known) != 0) return EINVAL;
    /* A template's slots have networks of their own. */
    const uint32_t alone = VIEW_HOST_NETWORK | VIEW_ONE_CALL;
    if ((view->flags & VIEW_HOST_NETWORK) && (view->flags & (alone | VIEW_LOOPBACK)) != alone) return EINVAL;
    const struct plan_table maps[] = {view->uid_map, view->gid_map, view->idmap_uid, view->idmap_gid};
    for (size_t i = 0; i < sizeof maps / sizeof maps[0] && !failure; i++) {
        failure = check_table(&plan, maps[i], sizeof(struct id_map), MAX_ID_MAPS);
    }
    if (failure) return failure;
    if (view->uid_map.count == 0 || view->gid_map.count == 0) return EINVAL;
    if ((view->idmap_uid.count == 0) != (view->idmap_gid.count == 0)) return EINVAL;
    if (view->hostname) failure = check_text(&plan, view->hostname);
    if (!failure) failure = check_mounts(&plan, view->mounts);
    if (!failure && (view->flags & VIEW_TERMS)) {
        /* Cold the call's plan says them; a slot is given no terminal. */
        if ((view->flags & VIEW_ONE_CALL) || (view->terms.flags & TERM_TERMINAL)) return EINVAL;
        failure = check_terms(&plan, &view->terms);
    }
    return failure ? failure : check_rules(&plan, view->rules, &view->landlock, 1);
}

/* Without Landlock of that ABI nothing would be heard. */
static int check_audit_name(struct inspection *plan, const struct call_plan *call) {
    if (call->audit_name == 0) return 0;
    int failure = check_text(plan, call->audit_name);
    if (failure) return failure;
    const size_t length = strlen((const char *)plan->bytes + call->audit_name);
    return length == 0 || length > 15 || call->landlock.abi < 7 || call->landlock.fs == 0 ? EINVAL : 0;
}

int plan_check_call(const void *bytes, size_t size, size_t descriptors) {
    struct inspection plan;
    const struct call_plan *call = bytes;
    int failure = begin(&plan, bytes, size, descriptors, PLAN_CALL);
    if (failure) return failure;
    const uint32_t known = CALL_VIEW_RULES | CALL_HOLD_STREAMS;
    if (size < sizeof *call || (call->flags & ~known) != 0) return EINVAL;
    if (call->arguments.count == 0) return EINVAL;
    if ((call->terms.flags & TERM_TERMINAL) && call->input_fd <= 0) return EINVAL;
    const int32_t optional[] = {call->input_fd, call->output_fd, call->error_fd};
    failure = check_terms(&plan, &call->terms);
    if (!failure) failure = check_descriptor(&plan, call->executable_fd, 1);
    for (size_t i = 0; i < sizeof optional / sizeof optional[0] && !failure; i++) {
        failure = check_descriptor(&plan, optional[i], 0);
    }
    if (!failure) failure = check_path(&plan, call->directory, 1);
    if (!failure && call->executable_path) failure = check_path(&plan, call->executable_path, 0);
    if (!failure) failure = check_texts(&plan, call->arguments);
    if (!failure) failure = check_texts(&plan, call->environment);
    if (!failure) failure = check_mounts(&plan, call->mounts);
    if (!failure) failure = check_notices(&plan, call);
    if (!failure) failure = check_listeners(&plan, call->listeners);
    if (!failure) failure = check_files(&plan, call);
    if (!failure) failure = check_audit_name(&plan, call);
    return failure ? failure : check_rules(&plan, call->rules, &call->landlock, 0);
}
