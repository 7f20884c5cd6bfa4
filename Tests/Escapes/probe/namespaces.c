/* Namespaces, in which a process has powers again, and mounts. */
#include "probe.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

static int unshare_user(void) { return outcome(unshare(CLONE_NEWUSER)); }
static int unshare_mounts(void) { return outcome(unshare(CLONE_NEWNS)); }
static int unshare_network(void) { return outcome(unshare(CLONE_NEWNET)); }
static int unshare_pids(void) { return outcome(unshare(CLONE_NEWPID)); }
static int unshare_time(void) { return outcome(unshare(0x80 /* CLONE_NEWTIME */)); }
static int clone_user(void) {
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(0);
    if (pid < 0) return errno;
    waitpid((pid_t)pid, NULL, 0);
    return 0;
}
static int clone3_user(void) {
    struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) _exit(0);
    if (pid < 0) return errno;
    waitpid((pid_t)pid, NULL, 0);
    return 0;
}
static int join_namespace(void) {
    int fd = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
    /* EINVAL: one's own user namespace cannot be joined again, says the kernel, once it is asked. */
    return fd < 0 ? errno : outcome(setns(fd, 0));
}

const struct attempt namespace_attempts[] = {
    {"unshare-user", unshare_user, 0},
    {"unshare-mounts", unshare_mounts, NEEDS_ROOT},
    {"unshare-network", unshare_network, NEEDS_ROOT},
    {"unshare-pids", unshare_pids, NEEDS_ROOT},
    {"unshare-time", unshare_time, NEEDS_ROOT},
    {"clone-user", clone_user, 0},
    {"clone3-user", clone3_user, 0, "CVE-2021-41133"},
    {"setns", join_namespace, 0},
    {NULL, NULL, 0},
};

/* Sources and targets that do not exist: where mounting is allowed, the kernel says so (but for ENOENT). */
static int mount_tmpfs(void) { return outcome(mount("none", "/tmp", "tmpfs", MS_RDONLY | (1ul << 40), "size=broken")); }
static int remount_writable(void) { return outcome(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL)); }
static int unmount(void) { return outcome(umount2("/tmp/.", 0x40000000)); /* an unknown flag */ }
static int new_open_tree(void) { return outcome(syscall(SYS_open_tree, AT_FDCWD, "/", 0u)); }
static int new_move_mount(void) { return outcome(syscall(SYS_move_mount, -1, "", -1, "", 0x44u /* both empty */)); }
static int new_fsopen(void) { return outcome(syscall(SYS_fsopen, "tmpfs", 0u)); }
static int new_fsconfig(void) { return outcome(syscall(SYS_fsconfig, -1, 0u, NULL, NULL, 0)); }
static int new_fsmount(void) { return outcome(syscall(SYS_fsmount, -1, 0u, 0u)); }
static int new_fspick(void) { return outcome(syscall(SYS_fspick, AT_FDCWD, "/", 0u)); }
static int new_setattr(void) { return outcome(syscall(SYS_mount_setattr, -1, "", 0x1000u, NULL, 0ul)); }
static int change_root(void) { return outcome(chroot(".")); }
static int pivot(void) { return outcome(syscall(SYS_pivot_root, ".", ".")); }

const struct attempt mount_attempts[] = {
    {"mount", mount_tmpfs, NEEDS_ROOT},
    {"remount-writable", remount_writable, NEEDS_ROOT},
    {"umount2", unmount, NEEDS_ROOT},
    {"open-tree", new_open_tree, 0, "CVE-2021-41133"},
    {"move-mount", new_move_mount, NEEDS_ROOT, "CVE-2021-41133"},
    {"fsopen", new_fsopen, NEEDS_ROOT, "CVE-2021-41133"},
    {"fsconfig", new_fsconfig, 0, "CVE-2021-41133"},
    {"fsmount", new_fsmount, NEEDS_ROOT, "CVE-2021-41133"},
    {"fspick", new_fspick, NEEDS_ROOT, "CVE-2021-41133"},
    {"mount-setattr", new_setattr, 0, "CVE-2021-41133"},
    {"chroot", change_root, NEEDS_ROOT},
    {"pivot-root", pivot, NEEDS_ROOT},
    {NULL, NULL, 0},
};
