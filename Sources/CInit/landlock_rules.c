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

int step_landlock_rules(const struct received *plan, int *ruleset, struct report *report) {
    const struct call_plan *call = call_of(plan);
    *ruleset = -1;
    if ((call->landlock_fs | call->landlock_net | call->landlock_scoped) == 0) return 0;
    /* "Best effort" would become no Landlock: a kernel that knows less than the plan relies on ends the call. */
    uint32_t abi = cs_landlock_abi();
    if (abi == 0 || abi < call->landlock_abi) return failed_with(report, STEP_LANDLOCK_ABI, (int32_t)abi, ENOTSUP);
    *ruleset = cs_landlock_create(call->landlock_fs, call->landlock_net, call->landlock_scoped);
    if (*ruleset < 0) return failed(report, STEP_LANDLOCK_ABI, (int32_t)abi);
    const struct landlock_rule *rules = plan_elements(&call->header, call->rules);
    for (uint32_t i = 0; i < call->rules.count; i++) {
        if (add_rule(plan, &rules[i], *ruleset) < 0) return failed(report, STEP_LANDLOCK_RULE, (int32_t)i);
    }
    return 0;
}

int step_landlock_restrict(int ruleset, struct report *report) {
    if (ruleset >= 0 && cs_landlock_restrict(ruleset) < 0) return failed(report, STEP_LANDLOCK_RESTRICT, -1);
    return 0;
}
