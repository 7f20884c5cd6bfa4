/* openat2 with its RESOLVE_* flags, and the descriptor flags that Swift's Glibc module does not show. */
#pragma once

#include <stdint.h>

enum cs_open_flags {
    CS_O_PATH = 010000000, /* a name for an inode: nothing can be read or written through it */
    CS_O_TMPFILE = 020200000,
    CS_AT_EMPTY_PATH = 0x1000,
    CS_AT_SYMLINK_NOFOLLOW = 0x100,
};

enum cs_resolve {
    CS_RESOLVE_NO_XDEV = 0x01,
    CS_RESOLVE_NO_MAGICLINKS = 0x02, /* refuses /proc/PID/fd/N and its like */
    CS_RESOLVE_NO_SYMLINKS = 0x04,
    CS_RESOLVE_BENEATH = 0x08, /* EXDEV for whatever would leave the directory: `..`, absolute links */
    CS_RESOLVE_IN_ROOT = 0x10,
    CS_RESOLVE_CACHED = 0x20,
};

/* Opens `path` beneath `directory`; O_CLOEXEC is always added. Descriptor, or -1 with errno. EAGAIN (a rename
 * raced the lookup of `..`) is tried again a few times. */
int cs_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
