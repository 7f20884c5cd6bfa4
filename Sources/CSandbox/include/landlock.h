/* Landlock (Linux 5.13 and later) without <linux/landlock.h>, which is older than the rights that are used here. Plain
 * literals, so that Swift imports them as UInt64. */
#pragma once

#include <stdint.h>

#define CS_LANDLOCK_EXECUTE 0x1ull
#define CS_LANDLOCK_WRITE_FILE 0x2ull
#define CS_LANDLOCK_READ_FILE 0x4ull
#define CS_LANDLOCK_READ_DIR 0x8ull
#define CS_LANDLOCK_REMOVE_DIR 0x10ull
#define CS_LANDLOCK_REMOVE_FILE 0x20ull
#define CS_LANDLOCK_MAKE_CHAR 0x40ull
#define CS_LANDLOCK_MAKE_DIR 0x80ull
#define CS_LANDLOCK_MAKE_REG 0x100ull
#define CS_LANDLOCK_MAKE_SOCK 0x200ull
#define CS_LANDLOCK_MAKE_FIFO 0x400ull
#define CS_LANDLOCK_MAKE_BLOCK 0x800ull
#define CS_LANDLOCK_MAKE_SYM 0x1000ull
#define CS_LANDLOCK_REFER 0x2000ull     /* ABI 2 */
#define CS_LANDLOCK_TRUNCATE 0x4000ull  /* ABI 3 */
#define CS_LANDLOCK_IOCTL_DEV 0x8000ull /* ABI 5 */

#define CS_LANDLOCK_BIND_TCP 0x1ull    /* ABI 4 */
#define CS_LANDLOCK_CONNECT_TCP 0x2ull /* ABI 4 */

#define CS_LANDLOCK_SCOPE_ABSTRACT_SOCKET 0x1ull /* ABI 6 */
#define CS_LANDLOCK_SCOPE_SIGNAL 0x2ull          /* ABI 6 */

/* The rights that mean something for a file that is not a directory; the kernel refuses a rule with others (EINVAL). */
#define CS_LANDLOCK_FILE_RIGHTS 0xc007ull /* execute, write_file, read_file, truncate, ioctl_dev */

/* The ABI of this kernel, 0 where there is no Landlock. */
uint32_t cs_landlock_abi(void);

/* The file system, network and scope rights that an ABI knows. */
uint64_t cs_landlock_fs_rights(uint32_t abi);
uint64_t cs_landlock_net_rights(uint32_t abi);
uint64_t cs_landlock_scopes(uint32_t abi);

/* A ruleset (close-on-exec) that denies the rights given but for its rules. -1 with errno. */
int cs_landlock_create(uint64_t fs, uint64_t net, uint64_t scoped);
/* Allows `rights` on the inode behind `fd` (O_PATH will do) and, for a directory, on all beneath it. */
int cs_landlock_allow(int ruleset, int fd, uint64_t rights);
int cs_landlock_allow_port(int ruleset, uint16_t port, uint64_t rights);
