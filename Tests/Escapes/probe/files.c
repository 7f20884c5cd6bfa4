/* Needs in the workspace: the file of --file, and `probe-victim`, whose content is lost where that is possible.
 *
 * Files of the workspace without a grant, and files that are not in the view at all. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

static const char *file(void) { return workspace_file(); }

static int change_mode(void) { return outcome(chmod(file(), 0777)); }
static int change_owner(void) { return outcome(chown(file(), getuid(), getgid())); }
static int change_times(void) { return outcome(utimensat(AT_FDCWD, file(), NULL, 0)); }
static int set_attribute(void) { return outcome(setxattr(file(), "user.probe", "1", 1, 0)); }
static int remove_attribute(void) {
    /* ENODATA: the file system was asked, and looked. */
    return outcome(removexattr(file(), "user.probe"));
}
/* What was made is removed again, so that the attempt can be made twice. */
static int made(long answer, const char *path) {
    if (answer < 0) return errno;
    return outcome(unlink(path));
}
static int hard_link(void) { return made(link(file(), in_workspace("probe-link")), in_workspace("probe-link")); }
static int symbolic_link(void) {
    return made(symlink("/etc/passwd", in_workspace("probe-symlink")), in_workspace("probe-symlink"));
}
static int rename_file(void) {
    if (rename(file(), in_workspace("probe-renamed")) < 0) return errno;
    return outcome(rename(in_workspace("probe-renamed"), file())); /* the next attempts need it */
}
static int exchange(void) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, file(), AT_FDCWD, in_workspace("probe-victim"), 2u);
}
static int exchange_files(void) { return exchange() < 0 ? errno : outcome(exchange()); }
static int remove_file(void) {
    if (unlink(in_workspace("probe-victim")) < 0) return errno;
    return opened(in_workspace("probe-victim"), O_WRONLY | O_CREAT); /* the next attempts need it */
}
static int create_file(void) {
    int error = opened(in_workspace("probe-created"), O_WRONLY | O_CREAT);
    return error ? error : outcome(unlink(in_workspace("probe-created")));
}
static int unnamed_file(void) { return opened(options.workspace, O_WRONLY | O_TMPFILE); }
static int write_file(void) { return opened(file(), O_WRONLY); }
static int append_file(void) { return opened(file(), O_WRONLY | O_APPEND); }
static int truncate_by_open(void) { return opened(in_workspace("probe-victim"), O_WRONLY | O_TRUNC); }
static int truncate_by_name(void) { return outcome(truncate(in_workspace("probe-victim"), 0)); }
static int make_folder(void) {
    if (mkdir(in_workspace("probe-folder"), 0755) < 0) return errno;
    return outcome(rmdir(in_workspace("probe-folder")));
}
static int make_fifo(void) { return made(mkfifo(in_workspace("probe-fifo"), 0600), in_workspace("probe-fifo")); }
static int make_device(void) {
    return made(mknod(in_workspace("probe-null"), S_IFCHR | 0666, 0x103), in_workspace("probe-null"));
}
static int make_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", in_workspace("probe-socket"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return fd < 0 ? errno : made(bind(fd, (struct sockaddr *)&address, sizeof address), address.sun_path);
}
static int write_through_proc(void) {
    char path[64];
    int fd = open(file(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fd = open(file(), O_PATH | O_CLOEXEC);
    if (fd < 0) return errno;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return opened(path, O_WRONLY);
}
static int read_outside(void) { return options.outside ? opened(options.outside, O_RDONLY) : NOT_GIVEN; }
static int read_outside_by_dots(void) {
    char path[4096];
    if (!options.outside) return NOT_GIVEN;
    snprintf(path, sizeof path, "%s/../../../../../../../..%s", options.workspace, options.outside);
    return opened(path, O_RDONLY);
}
static int write_outside(void) { return options.outside ? opened(options.outside, O_WRONLY) : NOT_GIVEN; }
static int list_home(void) {
    DIR *folder = opendir("/home");
    if (!folder) return errno;
    closedir(folder);
    return 0;
}
static int read_sysfs(void) { return opened("/sys/kernel/uevent_seqnum", O_RDONLY); }
/* Of a host that keeps its disks from root too, none is there. */
static int read_disk(void) {
    static const char *const disks[] = {"/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/xvda", "/dev/loop0"};
    for (size_t i = 0; i < sizeof disks / sizeof disks[0]; i++) {
        if (opened(disks[i], O_RDONLY) == 0) return 0;
    }
    return ENOENT;
}
static int write_system(void) { return opened("/usr/probe", O_WRONLY | O_CREAT); }
static int write_etc(void) { return opened("/etc/probe", O_WRONLY | O_CREAT); }
static int write_core_pattern(void) { return opened("/proc/sys/kernel/core_pattern", O_WRONLY); }
static int touch_device(void) { return outcome(utimensat(AT_FDCWD, "/dev/null", NULL, 0)); }

const struct attempt file_attempts[] = {
    {"chmod", change_mode, 0},
    {"chown", change_owner, 0},
    {"utime", change_times, 0},
    {"setxattr", set_attribute, 0},
    {"removexattr", remove_attribute, 0},
    {"link", hard_link, 0},
    {"symlink", symbolic_link, 0},
    {"rename", rename_file, 0},
    {"rename-exchange", exchange_files, 0},
    {"truncate-by-open", truncate_by_open, 0},
    {"truncate", truncate_by_name, 0},
    {"unlink", remove_file, 0},
    {"create", create_file, 0},
    {"create-unnamed", unnamed_file, 0},
    {"open-for-writing", write_file, 0},
    {"open-for-appending", append_file, 0},
    {"open-for-writing-through-proc", write_through_proc, 0},
    {"mkdir", make_folder, 0},
    {"mkfifo", make_fifo, 0},
    {"mknod-device", make_device, NEEDS_ROOT},
    {"bind-path-socket", make_socket, 0},
    {"read-outside", read_outside, 0},
    {"read-outside-by-dots", read_outside_by_dots, 0},
    {"write-outside", write_outside, 0},
    {"list-home", list_home, 0},
    {"read-sysfs", read_sysfs, 0},
    {"read-disk", read_disk, NEEDS_ROOT | MAY_LACK},
    {"write-usr", write_system, NEEDS_ROOT},
    {"write-etc", write_etc, NEEDS_ROOT},
    {"write-core-pattern", write_core_pattern, NEEDS_ROOT},
    {"touch-device-node", touch_device, 0},
    {NULL, NULL, 0},
};

/* The repository's own files: a hook runs on the host with the next commit. */
static int move_git_away(void) {
    if (rename(in_workspace(".git"), in_workspace("probe-git")) < 0) return errno;
    return outcome(rename(in_workspace("probe-git"), in_workspace(".git")));
}
static int replant_git(void) {
    if (mkdir(in_workspace(".git"), 0755) < 0 && errno != EEXIST) return errno;
    return opened(in_workspace(".git/config"), O_WRONLY | O_CREAT);
}
static int plant_hook(void) { return opened(in_workspace(".git/hooks/pre-commit"), O_WRONLY | O_CREAT); }
static int write_config(void) { return opened(in_workspace(".git/config"), O_WRONLY); }
static int write_head(void) { return opened(in_workspace(".git/HEAD"), O_WRONLY); }
static int plant_settings(void) { return opened(in_workspace(".mcp.json"), O_WRONLY | O_CREAT); }

const struct attempt git_attempts[] = {
    {"write-git-config", write_config, 0},
    {"write-git-head", write_head, 0},
    {"plant-git-hook", plant_hook, 0},
    {"move-git-away", move_git_away, 0},
    {"replant-git", replant_git, 0},
    {"plant-mcp-settings", plant_settings, 0},
    {NULL, NULL, 0},
};
