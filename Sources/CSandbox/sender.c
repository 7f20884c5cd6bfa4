#include "system.h"

#include "include/sender.h"

#include <sys/socket.h>

int cs_name_senders(int socket, int wanted) {
    return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &wanted, sizeof wanted);
}

ptrdiff_t cs_receive_named(int socket, void *bytes, size_t capacity, int32_t *sender) {
    /* Room for the sender only, whom the kernel writes first: descriptors have none, and go. */
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t received;
    *sender = 0;
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    } while (received < 0 && errno == EINTR);
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); received >= 0 && header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) continue;
        struct ucred credentials;
        memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
        *sender = credentials.pid;
    }
    return received;
}
