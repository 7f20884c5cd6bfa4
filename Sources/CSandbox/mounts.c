#include "system.h"

#include "include/mounts.h"

#include <linux/mount.h>

#define RECURSIVE 0x8000u /* AT_RECURSIVE */

int cs_open_tree(int fd, const char *path, int recursive) {
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | (recursive ? RECURSIVE : 0u);
    if (path[0] == '\0') flags |= AT_EMPTY_PATH;
    return (int)syscall(SYS_open_tree, fd, path, flags);
}

int cs_move_mount(int tree, int directory, const char *path) {
    return (int)syscall(SYS_move_mount, tree, "", directory, path, MOVE_MOUNT_F_EMPTY_PATH);
}

int cs_mount_attributes(int tree, int recursive, uint64_t attributes, int user_namespace) {
    struct mount_attr change = {.attr_set = attributes};
    if (attributes & CS_MOUNT_ID_MAP) change.userns_fd = (unsigned)user_namespace;
    unsigned flags = AT_EMPTY_PATH | (recursive ? RECURSIVE : 0u);
    return (int)syscall(SYS_mount_setattr, tree, "", flags, &change, sizeof change);
}

int cs_fs_open(const char *type) { return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC); }

int cs_fs_option(int context, const char *key, const char *value) {
    unsigned command = value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
    return (int)syscall(SYS_fsconfig, context, command, key, value, 0);
}

int cs_fs_mount(int context, uint64_t attributes) {
    if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) return -1;
    return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, (unsigned)attributes);
}

int cs_pivot_root(const char *new_root, const char *put_old) {
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}
