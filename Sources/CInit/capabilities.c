/* What root could do, and who could become it again. */
#include "init.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

/* Attack: a set-uid or capability-carrying file brings powers back. With an empty bounding set no exec gives any, and
 * every process that inner starts inherits the empty set. Inner itself keeps what it holds. */
int step_bounding_set(struct report *report) {
    for (unsigned long capability = 0; capability < 64; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
        if (errno == EINVAL) return 0; /* past the last that this kernel knows */
        return failed(report, STEP_CAPABILITIES, -1);
    }
    return 0;
}

static int become_call(const struct call_terms *terms, const struct view_plan *view) {
    const uint32_t uid = terms->uid, gid = terms->gid;
    if (gid != view->init_gid && syscall(SYS_setresgid, gid, gid, gid) < 0) return -1;
    if (uid != view->init_uid && syscall(SYS_setresuid, uid, uid, uid) < 0) return -1;
    return 0;
}

/* Attack: uid 0 inside counts as root for exec, and set-uid to others restores capabilities; the locked securebits end
 * both, for this process and all that follow. */
int step_capabilities(const struct call_terms *terms, const struct view_plan *view, struct report *report) {
    const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                               SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                               SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    if (syscall(SYS_prctl, PR_SET_SECUREBITS, bits, 0, 0, 0) < 0) return failed(report, STEP_CAPABILITIES, -1);
    if (become_call(terms, view) < 0) return failed(report, STEP_IDENTITY, -1);
    if (syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) {
        return failed(report, STEP_CAPABILITIES, -1);
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, none) < 0) return failed(report, STEP_CAPABILITIES, -1);
    return 0;
}

/* Attack: set-uid programs. Also what Landlock and the filter ask of a process without privileges. */
int step_no_new_privileges(struct report *report) {
    if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return failed(report, STEP_NO_NEW_PRIVILEGES, -1);
    return 0;
}
