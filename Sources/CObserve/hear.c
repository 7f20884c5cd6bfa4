#define _GNU_SOURCE
#include "include/CObserve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096 };

size_t co_read(int thread, uint64_t address, void *bytes, size_t size) {
    size_t done = 0;
    /* A page at a time: process_vm_readv reads all of a piece or nothing of it. */
    while (done < size) {
        size_t piece = PAGE - (size_t)((address + done) % PAGE);
        if (piece > size - done) piece = size - done;
        const struct iovec local = {(char *)bytes + done, piece};
        const struct iovec remote = {(void *)(uintptr_t)(address + done), piece};
        if (process_vm_readv(thread, &local, 1, &remote, 1, 0) != (ssize_t)piece) break;
        done += piece;
    }
    return done;
}

static void describe(const struct seccomp_data *data, struct co_notice *notice) {
    const uint64_t *args = (const uint64_t *)data->args;
    switch (data->nr) {
#ifdef SYS_open
    case SYS_open:
        notice->kind = CO_OPEN;
        notice->address = args[0];
        notice->extra = (uint64_t)AT_FDCWD;
        notice->flags = args[1];
        break;
#endif
    case SYS_openat:
        notice->kind = CO_OPEN;
        notice->extra = args[0];
        notice->address = args[1];
        notice->flags = args[2];
        break;
    case SYS_openat2: {
        struct open_how how = {0};
        (void)co_read(notice->thread, args[2], &how, sizeof how);
        notice->kind = CO_OPEN;
        notice->extra = args[0];
        notice->address = args[1];
        notice->flags = how.flags;
        break;
    }
    case SYS_connect:
        notice->kind = CO_CONNECT;
        notice->descriptor = (int32_t)args[0];
        notice->address = args[1];
        notice->size = args[2];
        break;
    case SYS_sendto:
        notice->kind = CO_SEND;
        notice->descriptor = (int32_t)args[0];
        notice->address = args[1];
        notice->size = args[2];
        break;
    case SYS_sendmmsg:
        notice->kind = CO_SEND_MANY;
        notice->descriptor = (int32_t)args[0];
        notice->address = args[1];
        notice->size = args[2];
        break;
    case SYS_execve:
        notice->kind = CO_EXECUTE;
        notice->address = args[0];
        notice->extra = args[1];
        break;
    case SYS_execveat:
        notice->kind = CO_EXECUTE;
        notice->address = args[1];
        notice->extra = args[2];
        break;
    default: notice->kind = 0;
    }
}

int co_hear(int listener, struct co_notice *notice, int milliseconds) {
    struct pollfd waited = {.fd = listener, .events = POLLIN};
    const int ready = poll(&waited, 1, milliseconds);
    if (ready < 0) return errno == EINTR ? 0 : -1;
    if (ready == 0) return 0;
    if (!(waited.revents & POLLIN)) return -1;
    struct seccomp_notif heard;
    memset(&heard, 0, sizeof heard);
    /* Whoever made it may be gone by now, or have been interrupted. */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &heard) < 0) return errno == ENOENT || errno == EINTR ? 0 : -1;
    memset(notice, 0, sizeof *notice);
    notice->id = heard.id;
    notice->thread = (int32_t)heard.pid;
    describe(&heard.data, notice);
    return 1;
}

void co_pass(int listener, const struct co_notice *notice) {
    struct seccomp_notif_resp answer = {.id = notice->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}
