#include "system.h"

#include "include/files.h"

#include <stdio.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

int cs_renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
    return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
}

int cs_link_descriptor(int fd, int directory, const char *name) {
    /* AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH; the link in /proc does not. */
    char link[32];
    int length = snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (length < 0 || (size_t)length >= sizeof link) {
        errno = EBADF;
        return -1;
    }
    return linkat(AT_FDCWD, link, directory, name, AT_SYMLINK_FOLLOW);
}

int cs_lock(int fd, enum cs_lock kind, int wait) {
    static const short types[] = {F_RDLCK, F_WRLCK, F_UNLCK};
    struct flock lock = {.l_type = types[kind], .l_whence = SEEK_SET};
    int answer;
    do {
        answer = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    } while (answer < 0 && errno == EINTR && wait);
    return answer;
}

ptrdiff_t cs_flistxattr(int fd, char *names, size_t capacity) { return flistxattr(fd, names, capacity); }

ptrdiff_t cs_fgetxattr(int fd, const char *name, void *value, size_t capacity) {
    return fgetxattr(fd, name, value, capacity);
}

int cs_fsetxattr(int fd, const char *name, const void *value, size_t size) {
    return fsetxattr(fd, name, value, size, 0);
}

int cs_file_system(int fd, uint64_t *type) {
    struct statfs status;
    if (fstatfs(fd, &status) < 0) return -1;
    *type = (uint64_t)status.f_type;
    return 0;
}

int cs_syncfs(int fd) { return syncfs(fd); }
