/* Landlock of an older kernel: it answers with its version, and does not know the rights that came later. */
#define _GNU_SOURCE
#include "tier.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/uio.h>

enum { CREATE_RULESET_VERSION = 1 };

struct attributes {
    uint64_t fs, net, scoped;
};

/* What each ABI knows: documentation of the kernel, userspace-api/landlock.rst. */
static struct attributes known(int abi) {
    struct attributes rights = {.fs = (UINT64_C(1) << 13) - 1};
    if (abi >= 2) rights.fs |= UINT64_C(1) << 13;
    if (abi >= 3) rights.fs |= UINT64_C(1) << 14;
    if (abi >= 4) rights.net = 3;
    if (abi >= 5) rights.fs |= UINT64_C(1) << 15;
    if (abi >= 6) rights.scoped = 3;
    return rights;
}

static size_t known_size(int abi) {
    if (abi >= 6) return sizeof(struct attributes);
    return abi >= 4 ? offsetof(struct attributes, scoped) : offsetof(struct attributes, net);
}

long tier_landlock_answer(const struct tier *tier, pid_t process, const uint64_t arguments[6]) {
    const int abi = tier->landlock_abi;
    if (abi == 0) return -tier->landlock_errno;
    if (arguments[0] == 0 && arguments[1] == 0 && arguments[2] == CREATE_RULESET_VERSION) return abi;
    if (arguments[2] != 0) return -EINVAL;
    struct attributes asked;
    memset(&asked, 0, sizeof asked);
    const size_t size = arguments[1] < sizeof asked ? (size_t)arguments[1] : sizeof asked;
    struct iovec here = {.iov_base = &asked, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)arguments[0], .iov_len = size};
    /* Of a process that is not dumpable only root reads: for an ordinary user the kernel judges what was asked. */
    if (process_vm_readv(process, &here, 1, &there, 1, 0) != (ssize_t)size) return 0;
    const struct attributes rights = known(abi);
    /* A longer structure is fine as long as what is beyond says nothing. */
    if (arguments[1] > known_size(abi) &&
        ((known_size(abi) < sizeof asked && asked.scoped != 0) ||
         (known_size(abi) <= offsetof(struct attributes, net) && asked.net != 0))) {
        return -E2BIG;
    }
    if ((asked.fs & ~rights.fs) || (asked.net & ~rights.net) || (asked.scoped & ~rights.scoped)) return -EINVAL;
    return 0;
}
