/* Inner's own identity, and how outer and inner give up what they no longer need. */
#include "init.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

int step_identity(const struct view_plan *view, int privileged, struct report *report) {
    /* Attack: root's groups (disk, docker, …) open files that its uid here would not. An ordinary user cannot drop
     * groups (the kernel refuses setgroups to it); its own stay what they are. */
    if (privileged && setgroups(0, NULL) < 0) return failed(report, STEP_IDENTITY, -1);
    if (setresgid(view->init_gid, view->init_gid, view->init_gid) < 0) return failed(report, STEP_IDENTITY, -1);
    if (setresuid(view->init_uid, view->init_uid, view->init_uid) < 0) return failed(report, STEP_IDENTITY, -1);
    /* A change of identity takes from the file system's view of a process what its capabilities would give. */
    if (geteuid() != view->init_uid || getegid() != view->init_gid) {
        return failed_with(report, STEP_IDENTITY, -1, EPERM);
    }
    return 0;
}

/* The host id of one inside, 0 if it has none: 0 is mapped to nobody. */
static uint32_t outside(const struct view_plan *view, struct plan_table table, uint32_t inside) {
    const struct id_map *maps = plan_elements(&view->header, table);
    for (uint32_t i = 0; i < table.count; i++) {
        if (inside >= maps[i].inside && inside - maps[i].inside < maps[i].count) {
            return maps[i].outside + (inside - maps[i].inside);
        }
    }
    return 0;
}

/* Outer as root becomes the host id that inner runs as, which is enough to kill it. Attack: a bug in what is left of
 * outer, or whoever reaches it, would have the host's root. */
int step_forget_privileges(const struct view_plan *view, int privileged, struct report *report) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return failed(report, STEP_NO_NEW_PRIVILEGES, -1);
    if (privileged) {
        uid_t uid = outside(view, view->uid_map, view->init_uid);
        gid_t gid = outside(view, view->gid_map, view->init_gid);
        if (uid == 0 || gid == 0) return failed_with(report, STEP_IDENTITY, -1, EINVAL);
        if (setgroups(0, NULL) < 0) return failed(report, STEP_IDENTITY, -1);
        if (setresgid(gid, gid, gid) < 0) return failed(report, STEP_IDENTITY, -1);
        if (setresuid(uid, uid, uid) < 0) return failed(report, STEP_IDENTITY, -1);
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, none) < 0) return failed(report, STEP_CAPABILITIES, -1);
    /* Attack: another process of the same id attaches and speaks to the host in outer's name. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return failed(report, STEP_IDENTITY, -1);
    return 0;
}
