/* The call's grant. Attack: reading or writing any file but those that the decision named. A rule is bound to an
 * inode: of the host's own descriptor, which is the very file that policy saw, or of the name in the view; then, where
 * the host sent a descriptor too, both must be the same file, so that a link planted meanwhile grants nothing. */
#include "init.h"

#include "landlock.h"
#include "openat2.h"

static int open_in_view(const struct received *plan, const struct landlock_rule *rule) {
    const char *path = plan_text(plan->plan, rule->path);
    uint64_t resolve = CS_RESOLVE_NO_MAGICLINKS;
    if (rule->flags & RULE_SAME_INODE) resolve |= CS_RESOLVE_NO_SYMLINKS;
    return cs_openat2(AT_FDCWD, path, O_PATH, 0, resolve);
}

static int same_file(int opened, int host) {
    struct stat one, two;
    if (fstat(opened, &one) < 0 || fstat(host, &two) < 0) return -1;
    /* Not st_dev: the merged tree of an overlay has one of its own. */
    if (one.st_ino == two.st_ino && (one.st_mode & S_IFMT) == (two.st_mode & S_IFMT)) return 0;
    errno = ESTALE;
    return -1;
}

static int allow(int ruleset, int fd, uint64_t access) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -1;
    if (!S_ISDIR(status.st_mode)) access &= CS_LANDLOCK_FILE_RIGHTS;
    return access ? cs_landlock_allow(ruleset, fd, access) : 0;
}

static int add_rule(const struct received *plan, const struct landlock_rule *rule, int ruleset) {
    if (rule->flags & RULE_PORT) return cs_landlock_allow_port(ruleset, (uint16_t)rule->port, rule->access);
    int host = plan_descriptor(plan->descriptors, rule->fd);
    if ((rule->flags & RULE_IN_VIEW) == 0) return allow(ruleset, host, rule->access);
    int opened = open_in_view(plan, rule);
    if (opened < 0) return (rule->flags & RULE_OPTIONAL) && errno == ENOENT ? 0 : -1;
    int answer = rule->flags & RULE_SAME_INODE ? same_file(opened, host) : 0;
    if (answer == 0) answer = allow(ruleset, opened, rule->access);
    int failure = errno;
    (void)close(opened);
    errno = failure;
    return answer;
}

static int create(const struct landlock_rights *rights, int *ruleset, struct report *report) {
    /* "Best effort" would become no Landlock: a kernel that knows less than the plan relies on ends the call. */
    uint32_t abi = cs_landlock_abi();
    if (abi == 0 || abi < rights->abi) return failed_with(report, STEP_LANDLOCK_ABI, (int32_t)abi, ENOTSUP);
    *ruleset = cs_landlock_create(rights->fs, rights->net, rights->scoped);
    return *ruleset < 0 ? failed(report, STEP_LANDLOCK_ABI, (int32_t)abi) : 0;
}

static int add_rules(const struct received *plan, struct plan_table table, int ruleset, uint32_t first,
                     struct report *report) {
    const struct landlock_rule *rules = plan_elements(plan->plan, table);
    for (uint32_t i = 0; i < table.count; i++) {
        if (add_rule(plan, &rules[i], ruleset) < 0) return failed(report, STEP_LANDLOCK_RULE, (int32_t)(first + i));
    }
    return 0;
}

static int same_rights(const struct landlock_rights *one, const struct landlock_rights *other) {
    return one->fs == other->fs && one->net == other->net && one->scoped == other->scoped && one->abi == other->abi;
}

static int prepared = -1; /* the view's rules, waiting for a call */

/* In a slot, before there is a call. */
int step_view_rules(const struct received *view, struct report *report) {
    const struct view_plan *plan = (const void *)view->plan;
    if (plan->landlock.fs == 0) return 0;
    if (create(&plan->landlock, &prepared, report) < 0) return -1;
    return add_rules(view, plan->rules, prepared, 0, report);
}

/* The view's, or an empty one: names that only the host's plan decides about. */
int step_landlock_ruleset(const struct received *view, const struct received *plan, int *ruleset,
                          struct report *report) {
    const struct view_plan *shared = (const void *)view->plan;
    const struct call_plan *call = call_of(plan);
    const int with_views = (call->flags & CALL_VIEW_RULES) != 0;
    const struct landlock_rights *rights = &call->landlock;
    *ruleset = -1;
    if ((rights->fs | rights->net | rights->scoped) == 0) return 0;
    if (with_views && !same_rights(rights, &shared->landlock)) {
        return failed_with(report, STEP_LANDLOCK_ABI, -1, EPROTO);
    }
    if (with_views && prepared >= 0) {
        *ruleset = prepared;
        prepared = -1; /* rules that were added for one call are that call's alone */
    } else {
        if (create(rights, ruleset, report) < 0) return -1;
        if (with_views && add_rules(view, shared->rules, *ruleset, 0, report) < 0) return -1;
    }
    return 0;
}

/* The call's own: names in the workspace, which somebody else chose. Attack: a link there with enough `..` in it leads,
 * as long as the old root lies over the new one, into the host's tree. */
int step_landlock_rules(const struct received *view, const struct received *plan, int ruleset, struct report *report) {
    const struct call_plan *call = call_of(plan);
    const uint32_t first = call->flags & CALL_VIEW_RULES ? ((const struct view_plan *)(const void *)view->plan)->rules.count : 0;
    return ruleset < 0 ? 0 : add_rules(plan, call->rules, ruleset, first, report);
}
