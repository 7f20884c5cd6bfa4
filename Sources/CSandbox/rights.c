#include "system.h"

#include "include/rights.h"

#include <sys/socket.h>

union rights {
    struct cmsghdr aligned;
    char bytes[CMSG_SPACE(sizeof(int) * PLAN_MAX_DESCRIPTORS)];
};

int cs_send(int socket, const void *bytes, size_t size, const int *descriptors, size_t count) {
    return cs_send_parts(socket, bytes, size, NULL, 0, descriptors, count);
}

int cs_send_parts(
    int socket, const void *first, size_t first_size, const void *second, size_t second_size, const int *descriptors,
    size_t count) {
    union rights control;
    struct iovec parts[] = {
        {.iov_base = (void *)(uintptr_t)first, .iov_len = first_size},
        {.iov_base = (void *)(uintptr_t)second, .iov_len = second_size},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = second_size > 0 ? 2 : 1};
    if (count > PLAN_MAX_DESCRIPTORS) {
        errno = EMSGSIZE;
        return -1;
    }
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return -1;
    if ((size_t)sent == first_size + second_size) return 0;
    errno = EMSGSIZE;
    return -1;
}

/* Takes the descriptors out of the message. Those that do not fit are closed and counted all the same. */
static size_t take(struct msghdr *message, int *descriptors, size_t limit) {
    size_t found = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++, found++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
            if (found < limit) {
                descriptors[found] = descriptor;
            } else {
                close(descriptor);
            }
        }
    }
    return found;
}

ptrdiff_t cs_receive(
    int socket, void *bytes, size_t capacity, int *descriptors, size_t limit, size_t *count, int dont_wait) {
    union rights control;
    struct iovec part = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t received;
    *count = 0;
    /* ECONNRESET: the other side went before it had read all. The kernel says so once, ahead of the last words that wait
     * behind it. */
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (dont_wait ? MSG_DONTWAIT : 0));
    } while (received < 0 && (errno == EINTR || errno == ECONNRESET));
    if (received < 0) return -1;
    size_t found = take(&message, descriptors, limit);
    if (found <= limit && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) {
        *count = found;
        return received;
    }
    for (size_t i = 0; i < found && i < limit; i++) close(descriptors[i]);
    errno = EMSGSIZE;
    return -1;
}
