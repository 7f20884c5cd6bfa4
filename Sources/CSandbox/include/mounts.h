/* The mount calls that work on descriptors (Linux 5.2 and later; mount_setattr 5.12). */
#pragma once

#include <stdint.h>

#define CS_MOUNT_READ_ONLY 0x1ull
#define CS_MOUNT_NO_SUID 0x2ull
#define CS_MOUNT_NO_DEV 0x4ull
#define CS_MOUNT_NO_EXEC 0x8ull
#define CS_MOUNT_ID_MAP 0x100000ull

/* A detached copy (a bind that is not mounted yet) of what `fd` and `path` name; with `recursive` its submounts too. A
 * symbolic link at the end of `path` is not followed; `path` may be empty. Close-on-exec descriptor, -1 with errno. */
int cs_open_tree(int fd, const char *path, int recursive);

/* Attaches a detached tree at `path` in `directory`, whose last component may not be a symbolic link. */
int cs_move_mount(int tree, int directory, const char *path);

/* Adds attributes to a mount, with `recursive` to all beneath it. `user_namespace` for CS_MOUNT_ID_MAP, else -1. */
int cs_mount_attributes(int tree, int recursive, uint64_t attributes, int user_namespace);

/* File system contexts: cs_fs_open("tmpfs"), cs_fs_option(…) as often as needed, cs_fs_mount: a detached mount. */
int cs_fs_open(const char *type);
int cs_fs_option(int context, const char *key, const char *value); /* value null: a flag */
int cs_fs_mount(int context, uint64_t attributes);

int cs_pivot_root(const char *new_root, const char *put_old);
