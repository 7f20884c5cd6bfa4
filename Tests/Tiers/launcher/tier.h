/* A kernel with less in it, made from outside: the program that is started sees a Landlock of an older ABI, or none, and
 * refusals where a container or a sysctl would refuse. What is tested knows nothing of it. */
#ifndef TIER_H
#define TIER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the kernel is to lack. */
struct tier {
    /* The highest ABI that Landlock knows; -1 leaves the kernel's own. */
    int landlock_abi;
    /* What landlock_create_ruleset answers where the ABI is 0: ENOSYS (not built in) or EOPNOTSUPP (not enabled). */
    int landlock_errno;
    bool deny_user_namespaces;
    bool deny_mount;
    bool deny_seccomp;
};

/* Loads the filter that refuses what the tier lacks, and hands landlock_create_ruleset to the tracer. */
int tier_load_filter(const struct tier *tier);

/* What landlock_create_ruleset(attributes, size, flags) answers under the tier: a version or a negative errno; 0 where the
 * kernel itself shall answer. The attributes lie in the memory of `process`. */
long tier_landlock_answer(const struct tier *tier, pid_t process, const uint64_t arguments[6]);

/* Follows the traced process and all that it starts, until it ends; its exit status, or 128 + a signal. */
int tier_trace(const struct tier *tier, pid_t first);

#endif
