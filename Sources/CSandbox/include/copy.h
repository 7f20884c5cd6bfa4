/* Copies between open files that stay in the kernel. Both return -1 with errno; EOPNOTSUPP, EXDEV, EINVAL or ENOSYS
 * mean that the file systems cannot, and that the caller reads and writes instead. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The whole content as shared extents (FICLONE): btrfs, XFS, bcachefs. */
int cs_clone_content(int from, int to);

/* At most `size` bytes from and to the current positions; 0 at the end. */
ptrdiff_t cs_copy_range(int from, int to, size_t size);
