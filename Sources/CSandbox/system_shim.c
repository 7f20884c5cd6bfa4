#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/system_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int pipe_shim_create(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int memfd_shim_create(const char *name) { return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }

int seccomp_shim_probe(void) {
    /* Without a program it fails in any case: with EFAULT, once it is known that it may be loaded. */
    if (syscall(SYS_seccomp, 1 /* SECCOMP_SET_MODE_FILTER */, 0u, NULL) >= 0 || errno == EFAULT) return 0;
    return -1;
}

void thread_shim_set_name(const char *name) {
    /* A debugging aid: a name that is too long is worth no failure. */
    (void)pthread_setname_np(pthread_self(), name);
}

int file_system_shim_type(int fd, long *type) {
    struct statfs status;
    if (fstatfs(fd, &status) < 0) return -1;
    *type = status.f_type;
    return 0;
}
