#include "system.h"

#include "include/memfd.h"

#include <sys/mman.h>

int cs_memfd_create(const char *name) { return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }

static int write_all(int fd, const char *bytes, size_t size) {
    size_t written = 0;
    while (written < size) {
        ssize_t count = pwrite(fd, bytes + written, size - written, (off_t)written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) {
            errno = EIO;
            return -1;
        }
        written += (size_t)count;
    }
    return 0;
}

int cs_memfd_sealed(const char *name, const void *bytes, size_t size) {
    int fd = cs_memfd_create(name);
    if (fd < 0) return -1;
    if (write_all(fd, bytes, size) == 0 && cs_memfd_seal(fd) == 0) return fd;
    int failure = errno;
    close(fd);
    errno = failure;
    return -1;
}
