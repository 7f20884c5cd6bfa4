/* The file of --file by a descriptor that was opened for reading, where it may be read; by the newer calls; by requests
 * of its file system; and what a reader can do to those who write it. */
#include "probe.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif

static int reader(void) { return open(workspace_file(), O_RDONLY | O_CLOEXEC); }

static int mode_by_descriptor(void) {
    int fd = reader();
    return fd < 0 ? errno : outcome(fchmod(fd, 0644));
}
static int mode_by_path_descriptor(void) {
    char path[64];
    int fd = open(workspace_file(), O_PATH | O_CLOEXEC);
    if (fd < 0) return errno;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return outcome(chmod(path, 0644));
}
static int mode_by_newer_call(void) { return outcome(syscall(SYS_fchmodat2, AT_FDCWD, workspace_file(), 0644, 0)); }
static int attribute_by_descriptor(void) {
    int fd = reader();
    return fd < 0 ? errno : outcome(fsetxattr(fd, "user.probe", "1", 1, 0));
}
static int attribute_by_newer_call(void) {
    struct {
        uint64_t value;
        uint32_t size, flags;
    } arguments = {(uint64_t)(uintptr_t) "1", 1, 0};
    return outcome(syscall(SYS_setxattrat, AT_FDCWD, workspace_file(), 0, "user.probe", &arguments, sizeof arguments));
}
static int flags_by_newer_call(void) {
    uint32_t attributes[6] = {0};
    return outcome(syscall(SYS_file_setattr, AT_FDCWD, workspace_file(), attributes, sizeof attributes, 0));
}
static int times_by_descriptor(void) {
    int fd = reader();
    return fd < 0 ? errno : outcome(futimens(fd, NULL));
}
/* ENOTTY: the file system was asked and has no such thing. */
static int set_inode_flags(void) {
    int flags = 0, fd = reader();
    if (fd < 0) return errno;
    if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) return errno;
    return outcome(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}
static int set_project(void) {
    struct fsxattr attributes;
    int fd = reader();
    if (fd < 0) return errno;
    if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes) < 0) return errno;
    return outcome(ioctl(fd, FS_IOC_FSSETXATTR, &attributes));
}
/* Of a file system that is not frozen: EINVAL, from whoever may ask. */
static int thaw_file_system(void) {
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? errno : outcome(ioctl(fd, FITHAW, 0));
}
static int clone_range(void) {
    int fd = reader(), target = open(in_workspace("probe-ungranted"), O_WRONLY | O_CLOEXEC);
    if (fd < 0 || target < 0) return errno;
    return outcome(ioctl(target, FICLONE, fd));
}
static int write_by_mapping(void) {
    int fd = open(workspace_file(), O_RDWR | O_CLOEXEC);
    if (fd < 0) fd = reader();
    if (fd < 0) return errno;
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? errno : 0;
}
static int writable_mapping_later(void) {
    int fd = open(workspace_file(), O_RDWR | O_CLOEXEC);
    if (fd < 0) fd = reader();
    if (fd < 0) return errno;
    void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? errno : outcome(mprotect(memory, 4096, PROT_READ | PROT_WRITE));
}
static int link_by_descriptor(void) {
    char path[64];
    int fd = open(workspace_file(), O_PATH | O_CLOEXEC);
    if (fd < 0) return errno;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (linkat(AT_FDCWD, path, AT_FDCWD, in_workspace("probe-link"), AT_SYMLINK_FOLLOW) < 0) return errno;
    return outcome(unlink(in_workspace("probe-link")));
}
static int move_to_scratch(void) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/agentbox-probe-%d", getpid());
    if (rename(workspace_file(), path) < 0) return errno;
    return outcome(rename(path, workspace_file()));
}
static int allocate(void) {
    int fd = open(in_workspace("probe-ungranted"), O_RDWR | O_CLOEXEC);
    return fd < 0 ? errno : outcome(fallocate(fd, 0, 0, 4096));
}
/* Whoever opens the file for writing waits until the lease is given back. */
static int lease(void) {
    int fd = reader();
    return fd < 0 ? errno : outcome(fcntl(fd, F_SETLEASE, F_RDLCK));
}
/* Names of files that others work on, without the right to list the folder. */
static int watch_folder(void) {
    int fd = inotify_init1(IN_CLOEXEC);
    return fd < 0 ? errno : outcome(inotify_add_watch(fd, options.workspace, IN_OPEN | IN_CREATE));
}
static int signal_of_folder(void) {
    signal(SIGIO, SIG_IGN);
    int fd = open(options.workspace, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? errno : outcome(fcntl(fd, F_NOTIFY, DN_CREATE));
}
static int list_workspace(void) { return opened(options.workspace, O_RDONLY | O_DIRECTORY); }
static int read_ungranted(void) { return opened(in_workspace("probe-ungranted"), O_RDONLY); }
static int map_ungranted_executable(void) {
    int fd = open(in_workspace("probe-ungranted"), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? errno : 0;
}
static int change_folder_mode(void) { return outcome(chmod(options.workspace, 0755)); }

const struct attempt descriptor_attempts[] = {
    {"fchmod", mode_by_descriptor, 0},
    {"chmod-of-path-descriptor", mode_by_path_descriptor, 0},
    {"fchmodat2", mode_by_newer_call, 0},
    {"fsetxattr", attribute_by_descriptor, 0},
    {"setxattrat", attribute_by_newer_call, 0},
    {"file-setattr", flags_by_newer_call, 0},
    {"futimens", times_by_descriptor, 0},
    {"set-inode-flags", set_inode_flags, 0},
    {"set-project-id", set_project, 0},
    {"thaw-file-system", thaw_file_system, NEEDS_ROOT},
    {"clone-range", clone_range, MAY_LACK},
    {"write-by-mapping", write_by_mapping, 0},
    {"mapping-made-writable", writable_mapping_later, 0},
    {"link-by-descriptor", link_by_descriptor, 0},
    {"move-to-scratch", move_to_scratch, 0},
    {"fallocate", allocate, 0},
    {"lease-on-file", lease, 0},
    {"watch-folder", watch_folder, 0},
    {"dnotify-folder", signal_of_folder, 0},
    {"list-workspace", list_workspace, 0},
    {"read-ungranted-file", read_ungranted, 0},
    {"map-ungranted-executable", map_ungranted_executable, 0},
    {"chmod-workspace", change_folder_mode, 0},
    {NULL, NULL, 0},
};
