#include "system.h"

#include "include/openat2.h"

int cs_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    enum { ATTEMPTS = 32 };
    struct open_how how = {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
    for (int attempt = 1;; attempt++) {
        long descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);
        if (descriptor >= 0) return (int)descriptor;
        if (errno != EINTR && (errno != EAGAIN || attempt >= ATTEMPTS)) return -1;
    }
}
